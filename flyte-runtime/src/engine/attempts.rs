//! What the engine knows of an attempt, for the contexts of tasks.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
};

use super::{
    frame::{Frame, lock},
    jobs::Jobs,
};
use crate::{
    context::{Attempt, ExecutionParameters, ExecutionState, FlyteContext},
    data::TempSandbox,
    entity::EntityDescriptor,
    gate::Gate,
    identifier::{ActionId, Identifier, ResourceType},
};

/// One attempt of a node.
#[derive(Clone)]
pub(crate) struct AttemptOf {
    frame: Arc<Frame>,
    node: u32,
}

impl fmt::Debug for AttemptOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "attempt of {}", self.frame.path(self.node))
    }
}

impl AttemptOf {
    pub(crate) fn new(frame: Arc<Frame>, node: u32) -> Self {
        Self { frame, node }
    }

    /// Makes this an attempt of another node of the same frame; false when the frame is another.
    pub(crate) fn reuse_for(&mut self, frame: &Arc<Frame>, node: u32) -> bool {
        self.node = node;
        Arc::ptr_eq(&self.frame, frame)
    }

    pub(crate) fn entity(&self) -> &'static EntityDescriptor {
        self.frame.node(self.node).entity
    }

    /// The gate that the node is, if it is one.
    pub(crate) fn gate(&self) -> Option<Arc<Gate>> {
        let nodes = self.frame.plan.graph.nodes();
        nodes.get(self.node as usize)?.gate().cloned()
    }

    /// The id of the node, with the ids of the nodes around it.
    pub(crate) fn path(&self) -> String {
        self.frame.path(self.node)
    }

    pub(crate) fn jobs(&self) -> &Jobs {
        &self.frame.run.jobs
    }

    /// What identifies the execution in Flyte 2's words.
    pub(crate) fn action(&self) -> ActionId {
        let path = self.frame.path(self.node).replace('/', ".");
        ActionId::new(path).expect("the ids of nodes are DNS labels, so none contains a colon")
    }

    /// What the task is told about itself: what the code that started the run was told, with the task's own ids.
    pub(crate) fn parameters(&self) -> ExecutionParameters {
        let run = &self.frame.run;
        let entity = self.entity();
        let around = run.around.user_space_params();
        let builder = around.map_or_else(
            ExecutionParameters::builder,
            ExecutionParameters::new_builder,
        );
        // A run inside a task keeps the clock of the run around it.
        let builder = if run.is_nested() {
            builder
        } else {
            builder.execution_date(run.started)
        };
        // A name from code may hold what an identifier cannot; the local one stands for it.
        let task_id = Identifier::new(ResourceType::Task, "local", "local", entity.name(), "local");
        let deck = entity
            .task_options()
            .and_then(|options| options.enable_deck)
            .unwrap_or(false);
        builder
            .task_id(task_id.unwrap_or_else(|_| Identifier::local()))
            .attempt_number(0)
            .enable_deck(deck)
            .without_logging()
            .decks(run.decks().clone())
            .without_checkpoint()
            .sandbox(Sandbox::of_attempt(Arc::clone(&run.directory)))
            .build()
    }
}

/// Makes the contexts of attempts; one that nobody has kept becomes the next.
#[derive(Default)]
pub(crate) struct AttemptContexts {
    /// The context of the last attempt.
    spare: Option<Arc<FlyteContext>>,
}

impl AttemptContexts {
    /// A context for an attempt of a node.
    pub(crate) fn make(&mut self, frame: &Arc<Frame>, node: u32) -> Arc<FlyteContext> {
        if let Some(mut context) = self.spare.take()
            && Arc::get_mut(&mut context).is_some_and(|context| context.reuse_for(frame, node))
        {
            return context;
        }
        let attempt = Attempt::new(AttemptOf::new(Arc::clone(frame), node));
        Arc::new(
            frame
                .run
                .around
                .of_attempt(ExecutionState::of_attempt(attempt)),
        )
    }

    /// Takes a context back after its attempt.
    pub(crate) fn give_back(&mut self, context: Option<Arc<FlyteContext>>) {
        self.spare = context;
    }

    /// Lets go of what is kept: nothing outlives the run it belongs to.
    pub(crate) fn clear(&mut self) {
        self.spare = None;
    }
}

/// The temporary directory of a run: made when a task asks for a directory, removed when the run ends.
#[derive(Debug, Default)]
pub(crate) struct RunDirectory(Mutex<State>);

#[derive(Debug)]
enum State {
    /// With how many directories have been made in it.
    There(TempSandbox, u64),
    /// The run has ended, and nothing can be made any more.
    Removed,
}

impl Default for State {
    fn default() -> Self {
        Self::There(TempSandbox::new(), 0)
    }
}

impl RunDirectory {
    /// Makes a directory for an attempt; numbered, because two attempts must never share one whatever they are called.
    fn make(&self) -> io::Result<PathBuf> {
        match &mut *lock(&self.0) {
            State::There(sandbox, made) => {
                *made += 1;
                let path = sandbox.create()?.join(made.to_string());
                fs::create_dir(&path).map_err(|error| {
                    io::Error::new(
                        error.kind(),
                        format!("cannot create `{}`: {error}", path.display()),
                    )
                })?;
                Ok(path)
            }
            State::Removed => Err(ended()),
        }
    }

    fn is_removed(&self) -> bool {
        matches!(*lock(&self.0), State::Removed)
    }

    /// Removes the directory with everything in it.
    pub(crate) fn remove(&self) {
        *lock(&self.0) = State::Removed;
    }
}

fn ended() -> io::Error {
    io::Error::new(
        io::ErrorKind::NotFound,
        "the run has ended, and the directories of its tasks are removed; keep what is needed elsewhere",
    )
}

/// The directory of one attempt, made at its first use.
#[derive(Clone)]
pub(crate) struct Sandbox(Arc<SandboxInner>);

struct SandboxInner {
    run: Arc<RunDirectory>,
    path: OnceLock<PathBuf>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.path.get())
    }
}

impl Sandbox {
    fn of_attempt(run: Arc<RunDirectory>) -> Self {
        Self(Arc::new(SandboxInner {
            run,
            path: OnceLock::new(),
        }))
    }

    /// A directory of no run, removed with the last clone of this.
    pub(crate) fn standalone() -> Self {
        Self::of_attempt(Arc::default())
    }

    /// The directory, made if it is not there.
    pub(crate) fn path(&self) -> io::Result<&Path> {
        if let Some(path) = self.0.path.get() {
            return if self.0.run.is_removed() {
                Err(ended())
            } else {
                Ok(path)
            };
        }
        let made = self.0.run.make()?;
        Ok(self.0.path.get_or_init(|| made))
    }

    /// The directory, if it has been made.
    pub(crate) fn existing(&self) -> Option<&Path> {
        self.0.path.get().map(PathBuf::as_path)
    }
}
