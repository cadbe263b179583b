//! What happens in a run, as events.
//!
//! The functions below are called where something happens, and tell it once: to the run's history and observers, to the
//! page of the task, and as an event of `tracing`. Where nobody wants to know, each is a look.

use std::{sync::Arc, time::Duration};

use super::{
    Run,
    execution::contexts::EngineAttempt,
    frame::{Frame, HANDLER, Ready},
    pages as deck_parts,
    services::{self, Emitter, Ending},
};
use crate::{clock::Clock, error::FailureCause, plan::Action};
use flyte_context::{context::FlyteContext, deck::Decks};
use flyte_core::{
    graph::{
        entity::{EntityDescriptor, TaskInputs},
        gate::{Gate, GateCondition},
    },
    rendered::RenderedError,
    types::Value,
};
use flyte_events::events::{self, EventKind, NodeInfo, NodeState, Recalled, Values, WaitReason};

/// An attempt, and who wants to be told of it.
struct Listeners<'a> {
    frame: &'a Frame,
    node: u32,
    emitter: Option<&'a Emitter>,
    /// That of the task, if it has one.
    page: Option<&'a Decks>,
}

impl<'a> Listeners<'a> {
    fn of(context: &'a FlyteContext, frame: &'a Frame, node: u32) -> Self {
        Self {
            frame,
            node,
            emitter: frame.run.services.emitter(),
            page: page(context, frame, node),
        }
    }

    fn is_empty(&self) -> bool {
        self.emitter.is_none() && self.page.is_none()
    }

    fn entity(&self) -> &'static EntityDescriptor {
        self.frame.node(self.node).entity
    }

    /// The node, and how long its attempt has taken if its start was recorded.
    fn attempt(&self) -> (Arc<NodeInfo>, Duration) {
        match self.emitter {
            Some(emitter) => emitter.attempt_ended(self.frame, self.node),
            None => (node_info(self.frame, self.node), Duration::ZERO),
        }
    }

    fn tell(&self, kind: EventKind) {
        if let Some(page) = self.page {
            deck_parts::event(page, self.entity(), &kind);
        }
        tell(self.frame, kind);
    }
}

/// Reports what only an observed run knows, or all that a log has of it.
fn tell(frame: &Frame, kind: EventKind) {
    match frame.run.services.emitter() {
        Some(emitter) => emitter.tell(kind),
        None => events::log(frame.run.entity.name(), &kind),
    }
}

fn node_info(frame: &Frame, node: u32) -> Arc<NodeInfo> {
    Arc::new(services::node_info(frame.path(node), frame, node))
}

/// The page of an attempt, if it has one that is written for it.
fn page<'a>(context: &'a FlyteContext, frame: &Frame, node: u32) -> Option<&'a Decks> {
    let policy = frame.node(node).policy.as_ref()?;
    if !policy.writes_deck {
        return None;
    }
    let attempt = context.execution_state()?.attempt()?.of();
    if attempt.is_described_elsewhere() {
        return None;
    }
    Some(context.user_space_params()?.decks())
}

/// The inputs of a task are there. Returns its outputs if it had ended before its run was resumed.
pub(crate) fn task_started(frame: &Frame, node: u32, inputs: &TaskInputs) -> Option<Vec<Value>> {
    let emitter = frame.run.services.emitter()?;
    let values = Values::inputs(frame.node(node).entity, inputs.present());
    let is_recalled = !is_of_handler(frame, node);
    let known = emitter.node_started(frame, node, values, 0, is_recalled)?;
    recalled(frame, node, &known, Recalled::Resumed);
    Some(known)
}

/// Whether a node runs because others have failed. It has to for each such end.
fn is_of_handler(frame: &Frame, node: u32) -> bool {
    let mut place = Some((frame, node));
    while let Some((frame, node)) = place {
        if node == HANDLER {
            return true;
        }
        place = frame
            .parent
            .as_ref()
            .map(|(parent, node)| (&**parent, *node));
    }
    false
}

/// The inputs of a workflow are there. Its tasks are known since the graph around it started.
#[cold]
pub(crate) fn workflow_started<'v>(
    frame: &Frame,
    node: u32,
    inputs: impl IntoIterator<Item = &'v Value>,
) {
    if let Some(emitter) = frame.run.services.emitter() {
        let inputs = Values::inputs(frame.node(node).entity, inputs);
        emitter.node_started(frame, node, inputs, 0, false);
    }
}

/// A branch has taken a case, or a map has its elements, with so many tasks.
pub(crate) fn parts_started(frame: &Frame, node: u32, tasks: usize) {
    if let Some(emitter) = frame.run.services.emitter() {
        emitter.node_started(frame, node, Values::none(), tasks, false);
    }
}

/// A dynamic task has built a graph with so many tasks.
#[cold]
pub(crate) fn graph_built(frame: &Frame, node: u32, tasks: usize) {
    if let Some(emitter) = frame.run.services.emitter() {
        let node = emitter.node(frame, node);
        emitter.tell(EventKind::GraphBuilt { node, tasks });
    }
}

/// Nodes are ready, and wait for a worker.
#[inline]
pub(crate) fn nodes_wait(run: &Run, ready: &[Ready]) {
    if let Some(emitter) = run.services.emitter() {
        emitter.nodes_wait(ready);
    }
}

/// A node waits before it goes on.
#[cold]
pub(crate) fn wait_started(frame: &Frame, node: u32, reason: WaitReason) {
    if let Some(emitter) = frame.run.services.emitter() {
        let node = emitter.node(frame, node);
        emitter.tell(EventKind::WaitStarted { node, reason });
    }
}

/// The outputs of a task are known, although it has not run.
pub(crate) fn recalled(frame: &Frame, node: u32, outputs: &[Value], from: Recalled) {
    succeeded(frame, node, NodeState::Recalled(from), outputs);
}

/// A task has given its outputs.
pub(crate) fn task_succeeded(frame: &Frame, node: u32, outputs: &[Value]) {
    succeeded(frame, node, NodeState::Succeeded, outputs);
}

fn succeeded(frame: &Frame, node: u32, state: NodeState, outputs: &[Value]) {
    if let Some(emitter) = frame.run.services.emitter() {
        let ending = Ending {
            outputs: Values::outputs(frame.node(node).entity.outputs(), outputs),
            ..Ending::default()
        };
        emitter.node_ended(frame, node, state, ending);
    }
}

/// An attempt begins.
pub(crate) fn attempt_started(
    context: &FlyteContext,
    frame: &Frame,
    node: u32,
    attempt: u32,
    inputs: &TaskInputs,
) {
    let listeners = Listeners::of(context, frame, node);
    if listeners.is_empty() {
        return;
    }
    let info = match listeners.emitter {
        Some(emitter) => emitter.attempt_started(frame, node, attempt),
        None => node_info(frame, node),
    };
    listeners.tell(EventKind::AttemptStarted {
        node: info,
        attempt,
        inputs: Values::inputs(listeners.entity(), inputs.present()),
    });
    if waits_at_gate(frame, listeners.entity()) {
        wait_started(frame, node, WaitReason::Gate);
    }
}

/// Whether an attempt of an entity is a gate that waits for something.
fn waits_at_gate(frame: &Frame, entity: &EntityDescriptor) -> bool {
    let services = &frame.run.services;
    let waits = match entity.gate().map(Gate::condition) {
        None => false,
        // Only the time that a test moves is waited for.
        Some(GateCondition::Sleep(_)) => matches!(services.clock, Clock::Manual(_)),
        Some(_) => true,
    };
    waits && services.mock(entity).is_none()
}

/// An attempt has given these outputs, or has built a graph that will.
pub(crate) fn attempt_succeeded(
    context: &FlyteContext,
    frame: &Frame,
    node: u32,
    attempt: u32,
    outputs: Option<&[Value]>,
) {
    let listeners = Listeners::of(context, frame, node);
    if listeners.is_empty() {
        return;
    }
    let (node, took) = listeners.attempt();
    let variables = listeners.entity().outputs();
    listeners.tell(EventKind::AttemptEnded {
        node,
        attempt,
        took,
        outputs: outputs.map(|outputs| Values::outputs(variables, outputs)),
        error: None,
        causes: Arc::default(),
        next: None,
    });
}

/// An attempt has failed; another follows after the wait, if there is one.
#[cold]
pub(crate) fn attempt_failed(
    context: &FlyteContext,
    frame: &Frame,
    node: u32,
    attempt: u32,
    rendered: RenderedError,
    next: Option<Duration>,
) {
    let listeners = Listeners::of(context, frame, node);
    let (node, took) = listeners.attempt();
    listeners.tell(EventKind::AttemptEnded {
        node,
        attempt,
        took,
        outputs: None,
        error: Some(rendered.shared_message()),
        causes: rendered.shared_sources(),
        next,
    });
}

/// There is no attempt, for this reason: the page of the task says so as if there had been one.
#[cold]
pub(crate) fn refused(
    context: &FlyteContext,
    frame: &Frame,
    node: u32,
    inputs: &TaskInputs,
    cause: &FailureCause,
) {
    // All others are told that the node has failed.
    let Some(page) = page(context, frame, node) else {
        return;
    };
    let rendered = cause.rendered();
    let (entity, info) = (frame.node(node).entity, node_info(frame, node));
    let begins = EventKind::AttemptStarted {
        node: Arc::clone(&info),
        attempt: 0,
        inputs: Values::inputs(entity, inputs.present()),
    };
    let ends = EventKind::AttemptEnded {
        node: info,
        attempt: 0,
        took: Duration::ZERO,
        outputs: None,
        error: Some(rendered.shared_message()),
        causes: rendered.shared_sources(),
        next: None,
    };
    deck_parts::event(page, entity, &begins);
    deck_parts::event(page, entity, &ends);
}

/// Another attempt follows after a while.
pub(crate) fn backoff_started(frame: &Frame, node: u32, attempt: u32, wait: Duration) {
    if let Some(emitter) = frame.run.services.emitter() {
        emitter.tell(EventKind::BackoffStarted {
            node: emitter.node(frame, node),
            attempt,
            wait,
        });
    }
}

/// Something that a user should know of a node.
#[cold]
pub(crate) fn notice(frame: &Frame, node: u32, message: String) {
    let info = match frame.run.services.emitter() {
        Some(emitter) => emitter.node(frame, node),
        None => node_info(frame, node),
    };
    tell(
        frame,
        EventKind::Notice {
            node: Some(info),
            message,
        },
    );
}

/// A node with nodes inside has given its outputs; what a dynamic task gives is told by its execution.
#[cold]
pub(crate) fn graph_succeeded(inner: &Frame, outputs: &[Value]) {
    let (Some(emitter), Some((frame, node))) = (inner.run.services.emitter(), &inner.parent) else {
        return;
    };
    let outputs = match frame.node(*node).action {
        Action::Workflow(_) => Values::outputs(frame.node(*node).entity.outputs(), outputs),
        _ => Values::none(),
    };
    let ending = Ending {
        outputs,
        ..Ending::default()
    };
    emitter.node_ended(frame, *node, NodeState::Succeeded, ending);
}

/// A node has failed, because of itself or of something inside.
#[cold]
pub(crate) fn node_failed(frame: &Frame, node: u32, error: impl FnOnce() -> Arc<str>) {
    if let Some(emitter) = frame.run.services.emitter() {
        let ending = Ending {
            error: Some(error()),
            ..Ending::default()
        };
        emitter.node_ended(frame, node, NodeState::Failed, ending);
    }
}

/// An element of a map has failed, and enough others can succeed.
#[cold]
pub(crate) fn element_failed(frame: &Frame, element: u32, cause: &FailureCause) {
    let ending = Ending {
        error: Some(cause.rendered().shared_message()),
        is_tolerated: true,
        ..Ending::default()
    };
    let state = NodeState::Failed;
    services::within(&frame.run, Some(frame.span()), || {
        match frame.run.services.emitter() {
            Some(emitter) => emitter.node_ended(frame, element, state, ending),
            None => tell(frame, ending.of(node_info(frame, element), state)),
        }
    });
}

/// A graph has failed because something inside has.
#[cold]
pub(crate) fn graph_failed(inner: &Frame) {
    let (Some(_), Some((frame, node))) = (inner.run.services.emitter(), &inner.parent) else {
        return;
    };
    let path = frame.path(*node);
    let error = frame.run.outcome.first_failure(|failure| {
        let inside = failure.node.strip_prefix(&path)?;
        let is_inside = inside.is_empty() || inside.starts_with(['/', '[']);
        let message = || failure.cause.rendered().shared_message();
        is_inside.then(|| format!("node `{}` failed: {}", failure.node, message()))
    });
    node_failed(frame, *node, || error.unwrap_or_default().into());
}

/// A node has ended without outputs and without a failure of its own.
#[cold]
pub(crate) fn node_left(frame: &Frame, node: u32) {
    if let Some(emitter) = frame.run.services.emitter() {
        emitter.node_left(frame, node);
    }
}
