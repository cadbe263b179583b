//! What the engine knows of an attempt, for the contexts of tasks.

use std::{fmt, path::PathBuf, sync::Arc};

use super::{
    cancellation,
    container::Container,
    frame::Frame,
    run::{Permits, Run, Signal},
    services::Sandbox,
};
use crate::{
    clock::Clock,
    context::{Attempt, ExecutionParameters, ExecutionState, FlyteContext, Mode},
    deck::Decks,
    entity::EntityDescriptor,
    identifier::{ActionId, Identifier, ResourceType},
};

/// One attempt of a node.
#[derive(Clone)]
pub(crate) struct AttemptOf {
    frame: Arc<Frame>,
    node: u32,
    /// `None` for the first attempt.
    again: Option<Box<Again>>,
}

/// What an attempt after the first knows of those before it.
#[derive(Clone)]
struct Again {
    /// Which attempt it is, from 1.
    attempt: u32,
    /// Where the newest attempt that kept a checkpoint kept it.
    checkpoint: Option<PathBuf>,
}

impl fmt::Debug for AttemptOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "attempt of {}", self.frame.path(self.node))
    }
}

impl AttemptOf {
    pub(crate) fn new(frame: Arc<Frame>, node: u32) -> Self {
        Self {
            frame,
            node,
            again: None,
        }
    }

    /// Makes this an attempt of another node of the same frame; false when the frame is another.
    pub(crate) fn reuse_for(&mut self, frame: &Arc<Frame>, node: u32) -> bool {
        self.node = node;
        self.again = None;
        Arc::ptr_eq(&self.frame, frame)
    }

    /// The attempt after this one, which was told `parameters` if it asked.
    pub(crate) fn next(&self, parameters: Option<&ExecutionParameters>) -> Self {
        let before = self.again.as_deref();
        let again = Again {
            attempt: before.map_or(0, |before| before.attempt) + 1,
            checkpoint: parameters
                .and_then(ExecutionParameters::saved_checkpoint)
                .or_else(|| before?.checkpoint.clone()),
        };
        Self {
            again: Some(Box::new(again)),
            ..self.clone()
        }
    }

    pub(crate) fn entity(&self) -> &'static EntityDescriptor {
        self.frame.node(self.node).entity
    }

    /// The frame and the number of the node.
    pub(crate) fn place(&self) -> (&Arc<Frame>, u32) {
        (&self.frame, self.node)
    }

    /// Which attempt it is, from 0.
    pub(crate) fn number(&self) -> u32 {
        self.again.as_deref().map_or(0, |again| again.attempt)
    }

    /// The id of the node, with the ids of the nodes around it.
    pub(crate) fn path(&self) -> String {
        self.frame.path(self.node)
    }

    pub(super) fn run(&self) -> &Arc<Run> {
        &self.frame.run
    }

    /// Whether it is to end although it could go on: it, or the task whose run it is in.
    pub(crate) fn is_cancelled(&self) -> bool {
        let (run, node) = (self.run(), self.node);
        self.frame.stops(node)
            || run.stop.is_expired(&self.frame, node, self.number())
            || cancellation::is_around_cancelled(run.services.around.execution_state())
    }

    /// Does something when it is to end; the number is for [`Stop::forget`](super::run::Stop::forget).
    pub(super) fn on_stop(&self, wake: impl FnOnce() + Send + 'static) -> u64 {
        let run = self.run();
        let number = run.stop.begin_attempt();
        let signal = Signal::Tell(Box::new(wake));
        run.stop.watch(number, &self.frame, self.node, signal);
        if run.stop.is_expired(&self.frame, self.node, self.number()) {
            run.stop.tell(&self.frame, self.node);
        }
        number
    }

    pub(crate) fn permits(&self) -> &Permits {
        &self.frame.run.schedule.permits
    }

    /// What its run tells the time by.
    pub(crate) fn clock(&self) -> &Clock {
        &self.frame.run.services.clock
    }

    /// What identifies the execution in Flyte 2's words.
    pub(crate) fn action(&self) -> ActionId {
        let path = self.frame.path(self.node);
        let path = path.replace(['/', '['], ".").replace(']', "");
        let action = match &self.frame.run.services.container {
            Some(container) if self.is_containers() => return container.action.clone(),
            Some(Container { action, .. }) => {
                action.new_sub_action(format!("{}.{path}", action.name()))
            }
            None => ActionId::new(path),
        };
        action.expect("the ids of nodes are DNS labels, so none contains a colon")
    }

    /// Whether another process writes the parts of its page that every page has.
    pub(super) fn is_described_elsewhere(&self) -> bool {
        let container = self.frame.run.services.container.as_ref();
        container.is_some_and(|container| container.is_isolated) && self.is_containers()
    }

    /// Whether it is what the container was started for, and not a part of it.
    fn is_containers(&self) -> bool {
        self.frame.run.services.container.is_some() && self.frame.parent.is_none()
    }

    /// What the task is told about itself: what the code that started the run was told, with the task's own ids.
    pub(crate) fn parameters(&self) -> ExecutionParameters {
        let run = &self.frame.run;
        let entity = self.entity();
        let services = &run.services;
        let around = services.around.user_space_params();
        let builder = around.map_or_else(
            ExecutionParameters::builder,
            ExecutionParameters::new_builder,
        );
        let deck = entity
            .task_options()
            .and_then(|options| options.enable_deck);
        let again = self.again.as_deref();
        let attempt = again.map_or(0, |again| again.attempt);
        let (pages, around) = services.pages();
        let path = format!("{around}{}", self.path());
        // What a task writes that says it has no deck is shown nowhere.
        let hidden = deck == Some(false);
        let decks = Decks::of_task(entity.name(), path, attempt, pages, hidden);
        let builder = builder.enable_deck(deck.unwrap_or(false)).decks(decks);
        let node = services
            .emitter()
            .map(|told| told.path(&self.frame, self.node));
        let sandbox = Sandbox::of_attempt(Arc::clone(&services.directory), node);
        if self.is_containers() {
            return builder.for_attempt(None).sandbox(sandbox).build();
        }
        // A run inside a task keeps the clock of the run around it.
        let builder = if services.is_nested() {
            builder
        } else {
            builder.execution_date(services.started)
        };
        let checkpoint = again.and_then(|again| again.checkpoint.clone());
        // A name from code may hold what an identifier cannot; the local one stands for it.
        let task_id = Identifier::new(ResourceType::Task, "local", "local", entity.name(), "local");
        builder
            .task_id(task_id.unwrap_or_else(|_| Identifier::local()))
            .attempt_number(attempt)
            .workflow(self.frame.plan.graph.entity().name())
            .for_attempt(checkpoint.or_else(|| sandbox.checkpoint_before()))
            .sandbox(sandbox)
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
        let branch = frame.branch.as_deref();
        let mut state = ExecutionState::of_attempt(attempt, branch);
        if frame.run.services.container.is_some() {
            state = state.with_mode(Mode::TaskExecution);
        }
        Arc::new(frame.run.services.around.of_attempt(state))
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
