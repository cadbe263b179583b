//! The engine's data about an attempt, for the contexts of tasks.

use std::{any::Any, path::Path, sync::Arc};

use crate::{
    container::Container,
    run::{Run, Signal, frame::Frame, link},
};
use flyte_config::identifier::{ActionId, Identifier, ResourceType};
use flyte_context::{
    context::{
        Attempt, AttemptOf, AttemptSource, ExecutionParameters, ExecutionState, FlyteContext, Mode,
        TakesLines,
    },
    deck::Decks,
    directories::run::Sandbox,
};
use flyte_core::graph::entity::EntityDescriptor;

/// The engine's data about its attempts.
pub(crate) trait EngineAttempt {
    /// The frame of the node.
    fn frame(&self) -> &Frame;

    fn run(&self) -> &Arc<Run>;

    /// Whether another process writes the standard parts of the attempt's page.
    fn is_described_elsewhere(&self) -> bool;
}

/// The message when a source is downcast to a frame.
const ENGINES: &str = "frames are the only sources of attempts";

impl EngineAttempt for AttemptOf {
    fn frame(&self) -> &Frame {
        let source: &dyn Any = &**self.source();
        source.downcast_ref().expect(ENGINES)
    }

    fn run(&self) -> &Arc<Run> {
        &self.frame().run
    }

    fn is_described_elsewhere(&self) -> bool {
        let container = self.frame().container();
        container.is_some_and(|container| container.is_isolated)
    }
}

impl AttemptSource for Frame {
    fn entity(&self, node: u32) -> &'static EntityDescriptor {
        self.node(node).entity
    }

    fn path(&self, node: u32) -> String {
        self.path(node)
    }

    fn action(&self, node: u32) -> ActionId {
        if let Some(container) = self.container() {
            return container.action.clone();
        }
        let path = self.path(node);
        // Most nodes are neither nested nor elements of a map.
        let path = match path.contains(['/', '[']) {
            true => path.replace(['/', '['], ".").replace(']', ""),
            false => path,
        };
        let action = match &self.run.services.container {
            Some(Container { action, .. }) => {
                action.new_sub_action(format!("{}.{path}", action.name()))
            }
            None => ActionId::new(path),
        };
        action.expect("the ids of nodes are DNS labels, so none contains a colon")
    }

    /// The parameters of the code that started the run, with the task's own ids.
    fn parameters(&self, attempt: &AttemptOf) -> ExecutionParameters {
        let services = &self.run.services;
        let entity = attempt.entity();
        let around = services.around.user_space_params();
        let builder = around.map_or_else(
            ExecutionParameters::builder,
            ExecutionParameters::new_builder,
        );
        let deck = entity
            .task_options()
            .and_then(|options| options.enable_deck);
        let number = attempt.number();
        let (pages, around) = services.pages();
        let path = format!("{around}{}", attempt.path());
        // If a task disables its deck, its decks are not shown.
        let hidden = deck == Some(false);
        let decks = Decks::of_task(entity.name(), path, number, pages, hidden);
        let builder = builder.enable_deck(deck.unwrap_or(false)).decks(decks);
        let emitter = services.emitter();
        let node = emitter.map(|emitter| emitter.path(self, attempt.node()));
        let sandbox = Sandbox::of_attempt(Arc::clone(&services.directory), node);
        if self.container().is_some() {
            return builder.for_attempt(None).sandbox(sandbox).build();
        }
        // A run inside a task keeps the execution date of the outer run.
        let builder = if services.is_nested() {
            builder
        } else {
            builder.execution_date(services.started)
        };
        let checkpoint = attempt.checkpoint().map(Path::to_owned);
        // A name from code may contain characters that an identifier cannot; then the local identifier is used.
        let task_id = Identifier::new(ResourceType::Task, "local", "local", entity.name(), "local");
        builder
            .task_id(task_id.unwrap_or_else(|_| Identifier::local()))
            .attempt_number(number)
            .workflow(self.plan.graph.entity().name())
            .for_attempt(checkpoint.or_else(|| sandbox.checkpoint_before()))
            .sandbox(sandbox)
            .build()
    }

    fn is_cancelled(&self, attempt: &AttemptOf) -> bool {
        let (run, node) = (&self.run, attempt.node());
        self.stops(node)
            || run.stop.is_expired(self, node, attempt.number())
            || link::is_around_cancelled(run.services.around.execution_state())
    }

    fn on_cancel(self: Arc<Self>, attempt: &AttemptOf, wake: Box<dyn FnOnce() + Send>) -> u64 {
        let (stop, node) = (&self.run.stop, attempt.node());
        let number = stop.begin_attempt();
        stop.watch(number, &self, node, Signal::Tell(wake));
        if stop.is_expired(&self, node, attempt.number()) {
            stop.tell(&self, node);
        }
        number
    }

    fn forget(&self, number: u64) {
        self.run.stop.forget(number);
    }

    fn lines(&self, attempt: &AttemptOf) -> Option<TakesLines> {
        let emitter = self.run.services.emitter()?;
        let history = emitter.history()?;
        let node = emitter.node(self, attempt.node());
        let lines = history.lines(&node, attempt.number());
        Some(Arc::new(move |bytes| lines.write(bytes)))
    }
}

/// Makes the contexts of attempts. A context that nothing else holds is reused for the next.
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
        let attempt = Attempt::new(AttemptOf::new(Arc::clone(frame) as _, node));
        let branch = frame.branch.as_deref();
        let mut state = ExecutionState::of_attempt(attempt, branch);
        if frame.run.services.container.is_some() {
            state = state.with_mode(Mode::TaskExecution);
        }
        Arc::new(frame.run.services.around.of_attempt(state))
    }

    /// Takes back a context after its attempt.
    pub(crate) fn give_back(&mut self, context: Option<Arc<FlyteContext>>) {
        self.spare = context;
    }

    /// Drops the spare context, so that nothing outlives its run.
    pub(crate) fn clear(&mut self) {
        self.spare = None;
    }
}
