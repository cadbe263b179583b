//! Telling what happens in a run, to observers and to its history.
//!
//! The functions below are called where something happens. In a run that nobody observes each is a look.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime},
};

use super::{
    frame::{Frame, HANDLER, lock},
    plan::Action,
    run::Run,
};
use crate::{
    context::FlyteContext,
    entity::{EntityDescriptor, TaskInputs},
    error::FailureCause,
    events::{
        Event, EventKind, NodeInfo, NodeKind, NodeState, Recalled, RunInfo, RunState,
        SharedObserver, Values,
    },
    history::{self, Hash, Recording},
    types::Value,
};

/// Who is told what happens in a run, and what they have been told so far.
pub(crate) struct Broadcast {
    story: Arc<Story>,
    observers: Vec<SharedObserver>,
    /// What the paths of nodes begin with: that of the call, in a run that a task has started.
    prefix: String,
    /// The run as a node of the run around.
    call: Option<Open>,
    /// The nodes that have started and not ended. A frame is there as long as a node of it is.
    open: Mutex<HashMap<(usize, u32), Open>>,
    started: Instant,
}

/// What a run shares with those that its tasks start.
struct Story {
    run: Arc<RunInfo>,
    history: Option<Arc<Recording>>,
    /// How often each call was made.
    calls: Mutex<HashMap<String, u32>>,
}

/// A node that has started.
#[derive(Clone)]
struct Open {
    node: Arc<NodeInfo>,
    started: Instant,
    attempt_started: Instant,
    attempts: u32,
    /// What its inputs are known by in the history.
    key: Option<Hash>,
}

impl Open {
    fn new(node: Arc<NodeInfo>) -> Self {
        let now = Instant::now();
        Self {
            node,
            started: now,
            attempt_started: now,
            attempts: 0,
            key: None,
        }
    }
}

impl fmt::Debug for Broadcast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broadcast")
            .field("run", &self.story.run)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// What a run inside of a task belongs to.
fn around(context: &FlyteContext) -> Option<(&Broadcast, String, u32, String)> {
    let attempt = context.execution_state()?.attempt()?.of();
    let (frame, node) = attempt.place();
    let broadcast = frame.run.broadcast()?;
    let path = broadcast.path(frame, node);
    Some((
        broadcast,
        path,
        attempt.number(),
        attempt.entity().name().to_owned(),
    ))
}

impl Broadcast {
    /// The one of a run that starts in a context; `None` if nobody is to be told anything.
    pub(super) fn of(
        entity: &EntityDescriptor,
        inputs: &[Value],
        context: &FlyteContext,
        history: Option<Arc<Recording>>,
        started: SystemTime,
    ) -> Option<Self> {
        let instruments = context.instruments();
        let observers =
            instruments.map_or_else(Vec::new, |instruments| instruments.observers.clone());
        // A run that goes on with another is none of what is around it.
        let around = around(context).filter(|_| history.is_none());
        let (story, prefix, call) = match around {
            Some((broadcast, path, attempt, task)) => {
                let story = Arc::clone(&broadcast.story);
                let values = Values::inputs(entity, inputs);
                let call = story.call(&path, attempt, entity, &values);
                let node = NodeInfo::new(call.clone(), entity.name(), NodeKind::Call, &task);
                (story, call + "/", Some(Open::new(Arc::new(node))))
            }
            None if observers.is_empty() && history.is_none() => return None,
            None => {
                let (id, resumed) = match &history {
                    Some(history) => (history.id().to_owned(), history.is_resumed()),
                    None => (history::new_id(), false),
                };
                let run = RunInfo::new(id, entity.name(), started, resumed);
                let story = Story {
                    run: Arc::new(run),
                    history,
                    calls: Mutex::default(),
                };
                (Arc::new(story), String::new(), None)
            }
        };
        Some(Self {
            story,
            observers,
            prefix,
            call,
            open: Mutex::default(),
            started: Instant::now(),
        })
    }

    /// Whether a run that starts in a context is recorded with the run around it.
    pub(super) fn is_recorded(context: &FlyteContext) -> bool {
        around(context).is_some_and(|(broadcast, ..)| broadcast.story.history.is_some())
    }

    pub(super) fn history(&self) -> Option<&Arc<Recording>> {
        self.story.history.as_ref()
    }

    /// Whether this is the run itself, and not one that a task of it has started.
    pub(super) fn is_outermost(&self) -> bool {
        self.call.is_none()
    }

    /// The ids of the nodes from the outermost run down to this one.
    pub(super) fn path(&self, frame: &Frame, node: u32) -> String {
        format!("{}{}", self.prefix, frame.path(node))
    }

    fn tell(&self, kind: EventKind) {
        if self.observers.is_empty() {
            return;
        }
        let event = Event::now(&self.story.run, kind);
        for observer in &self.observers {
            observer.tell(&event);
        }
    }

    /// Records something, and tells if that has failed.
    fn record<R>(&self, record: impl FnOnce(&Recording) -> R) -> Option<R> {
        let history = self.story.history.as_ref()?;
        let recorded = record(history);
        if let Some(problem) = history.problem() {
            tracing::warn!("{problem}");
            self.notice(None, problem);
        }
        Some(recorded)
    }

    pub(super) fn notice(&self, node: Option<Arc<NodeInfo>>, message: String) {
        self.tell(EventKind::Notice { node, message });
    }

    fn info(&self, frame: &Frame, node: u32) -> NodeInfo {
        let planned = frame.node(node);
        let kind = match planned.action {
            Action::Task(_) => NodeKind::Task,
            Action::Workflow(_) => NodeKind::Workflow,
            Action::Branch(_) => NodeKind::Branch,
            Action::Map(_) => NodeKind::Map,
        };
        let workflow = frame.plan.graph.entity().name();
        NodeInfo::new(
            self.path(frame, node),
            planned.entity.name(),
            kind,
            workflow,
        )
    }

    /// The run has started. Returns its outputs if it had ended before it was resumed.
    pub(super) fn run_started(
        &self,
        entity: &EntityDescriptor,
        inputs: &[Value],
    ) -> Option<Vec<Value>> {
        let inputs = Values::inputs(entity, inputs);
        let known = self.history().and_then(|history| match &self.call {
            Some(call) => history.known(&call.node.path, entity, &inputs),
            None => history.known_outputs(entity),
        });
        let known = self.usable(known, self.call.as_ref().map(|call| &call.node));
        match &self.call {
            None => self.tell(EventKind::RunStarted { inputs }),
            Some(call) => {
                if known.is_none() {
                    self.record(|history| history.node_started(&call.node, &inputs));
                }
                let node = Arc::clone(&call.node);
                self.tell(EventKind::NodeStarted { node, inputs });
            }
        }
        known
    }

    /// What is known of outputs, with a notice if they cannot be used.
    fn usable(
        &self,
        known: Option<Result<Vec<Value>, String>>,
        node: Option<&Arc<NodeInfo>>,
    ) -> Option<Vec<Value>> {
        match known? {
            Ok(values) => Some(values),
            Err(problem) => {
                self.notice(node.cloned(), format!("it runs again, since {problem}"));
                None
            }
        }
    }

    /// The run has ended, with `outputs` if it has succeeded.
    pub(super) fn run_ended(
        &self,
        entity: &EntityDescriptor,
        outputs: Option<&[Value]>,
        error: Option<String>,
        was_known: bool,
    ) {
        let state = match (&outputs, &error) {
            (_, Some(_)) => RunState::Failed,
            (Some(_), None) => RunState::Succeeded,
            (None, None) => RunState::Cancelled,
        };
        let error: Option<Arc<str>> = error.map(Into::into);
        let outputs = outputs.map_or_else(Values::none, |outputs| {
            Values::outputs(entity.outputs(), outputs)
        });
        let Some(call) = &self.call else {
            if !was_known {
                self.record(|history| history.run_ended(state, &outputs, error.as_deref()));
            }
            return self.tell(EventKind::RunEnded {
                state,
                took: self.started.elapsed(),
                outputs,
                error,
            });
        };
        let state = match state {
            RunState::Succeeded if was_known => NodeState::Recalled(Recalled::Resumed),
            RunState::Succeeded => NodeState::Succeeded,
            RunState::Failed => NodeState::Failed,
            RunState::Cancelled => NodeState::Cancelled,
        };
        self.ended(call.clone(), true, state, outputs, error);
    }

    /// A node has ended, in whatever way.
    fn ended(
        &self,
        open: Open,
        had_started: bool,
        state: NodeState,
        outputs: Values,
        error: Option<Arc<str>>,
    ) {
        // What was known from before is in the history.
        if state != NodeState::Recalled(Recalled::Resumed) {
            self.record(|history| {
                let (attempts, error) = (open.attempts, error.as_deref());
                history.node_ended(&open.node, state, attempts, open.key, &outputs, error);
            });
        }
        self.tell(EventKind::NodeEnded {
            node: open.node,
            state,
            took: had_started.then(|| open.started.elapsed()),
            attempts: open.attempts,
            outputs,
            error,
        });
    }

    /// Takes a node off the list of those that have not ended; with whether it had started.
    fn close(&self, frame: &Frame, node: u32) -> (Open, bool) {
        match lock(&self.open).remove(&key(frame, node)) {
            Some(open) => (open, true),
            None => (Open::new(Arc::new(self.info(frame, node))), false),
        }
    }

    fn with_open<R>(&self, frame: &Frame, node: u32, work: impl FnOnce(&mut Open) -> R) -> R {
        let mut open = lock(&self.open);
        match open.get_mut(&key(frame, node)) {
            Some(open) => work(open),
            None => {
                drop(open);
                work(&mut Open::new(Arc::new(self.info(frame, node))))
            }
        }
    }
}

impl Story {
    /// The path of a call that an attempt makes: what is called with which inputs, and how often it was before.
    fn call(&self, path: &str, attempt: u32, entity: &EntityDescriptor, inputs: &Values) -> String {
        let key = history::key_of(inputs).map(|key| key.hex());
        let key = key.as_deref().map_or("unknown", |key| &key[..8]);
        let name = entity.short_name();
        let call = format!("{path}/{name}.{key}");
        let mut calls = lock(&self.calls);
        let before = calls.entry(format!("{attempt} {call}")).or_default();
        let number = *before;
        *before += 1;
        match number {
            0 => call,
            number => format!("{call}.{number}"),
        }
    }
}

fn key(frame: &Frame, node: u32) -> (usize, u32) {
    (std::ptr::from_ref(frame) as usize, node)
}

/// The inputs of a task are there. Returns its outputs if it had ended before its run was resumed.
pub(super) fn task_started(frame: &Frame, node: u32, inputs: &TaskInputs) -> Option<Vec<Value>> {
    let broadcast = frame.run.broadcast()?;
    let entity = frame.node(node).entity;
    let values = Values::inputs(entity, inputs.present());
    let mut open = Open::new(Arc::new(broadcast.info(frame, node)));
    let history = broadcast.history();
    let known = history
        .filter(|_| !is_of_handler(frame, node))
        .and_then(|history| history.known(&open.node.path, entity, &values));
    let known = broadcast.usable(known, Some(&open.node));
    if known.is_none() {
        let key = broadcast.record(|history| history.node_started(&open.node, &values));
        open.key = key.flatten();
    }
    let info = Arc::clone(&open.node);
    lock(&broadcast.open).insert(key(frame, node), open);
    broadcast.tell(EventKind::NodeStarted {
        node: info,
        inputs: values,
    });
    let known = known?;
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

/// The inputs of a node are there that has nodes inside.
#[cold]
pub(super) fn graph_started<'v>(
    frame: &Frame,
    node: u32,
    inputs: impl IntoIterator<Item = &'v Value>,
) {
    let Some(broadcast) = frame.run.broadcast() else {
        return;
    };
    let inputs = match frame.node(node).action {
        Action::Branch(_) | Action::Map(_) => Values::none(),
        _ => Values::inputs(frame.node(node).entity, inputs),
    };
    let mut open = Open::new(Arc::new(broadcast.info(frame, node)));
    let key_of_inputs = broadcast.record(|history| history.node_started(&open.node, &inputs));
    open.key = key_of_inputs.flatten();
    let info = Arc::clone(&open.node);
    lock(&broadcast.open).insert(key(frame, node), open);
    broadcast.tell(EventKind::NodeStarted { node: info, inputs });
}

/// The outputs of a task are known, although it has not run.
pub(super) fn recalled(frame: &Frame, node: u32, outputs: &[Value], from: Recalled) {
    if let Some(broadcast) = frame.run.broadcast() {
        let (open, had_started) = broadcast.close(frame, node);
        let outputs = Values::outputs(frame.node(node).entity.outputs(), outputs);
        let state = NodeState::Recalled(from);
        broadcast.ended(open, had_started, state, outputs, None);
    }
}

/// An attempt begins.
pub(super) fn attempt_started(frame: &Frame, node: u32, attempt: u32) {
    let Some(broadcast) = frame.run.broadcast() else {
        return;
    };
    let node = broadcast.with_open(frame, node, |open| {
        open.attempt_started = Instant::now();
        open.attempts = attempt + 1;
        Arc::clone(&open.node)
    });
    broadcast.tell(EventKind::AttemptStarted { node, attempt });
}

/// An attempt has ended.
pub(super) fn attempt_ended(frame: &Frame, node: u32, attempt: u32, cause: Option<&FailureCause>) {
    let Some(broadcast) = frame.run.broadcast() else {
        return;
    };
    let (node, took) = broadcast.with_open(frame, node, |open| {
        (Arc::clone(&open.node), open.attempt_started.elapsed())
    });
    let error: Option<Arc<str>> = cause.map(|cause| cause.to_string().into());
    if let Some(error) = &error {
        broadcast.record(|history| history.attempt_failed(&node, attempt, error));
    }
    broadcast.tell(EventKind::AttemptEnded {
        node,
        attempt,
        took,
        error,
    });
}

/// Another attempt follows after a while.
pub(super) fn backoff_started(frame: &Frame, node: u32, attempt: u32, wait: Duration) {
    if let Some(broadcast) = frame.run.broadcast() {
        let node = broadcast.with_open(frame, node, |open| Arc::clone(&open.node));
        broadcast.tell(EventKind::BackoffStarted {
            node,
            attempt,
            wait,
        });
    }
}

/// Something that a user should know of an attempt.
pub(super) fn notice(frame: &Frame, node: u32, message: &str) {
    if let Some(broadcast) = frame.run.broadcast() {
        let node = broadcast.with_open(frame, node, |open| Arc::clone(&open.node));
        broadcast.notice(Some(node), message.to_owned());
    }
}

/// A task has given its outputs.
pub(super) fn task_succeeded(frame: &Frame, node: u32, outputs: &[Value]) {
    if let Some(broadcast) = frame.run.broadcast() {
        let (open, had_started) = broadcast.close(frame, node);
        let outputs = Values::outputs(frame.node(node).entity.outputs(), outputs);
        broadcast.ended(open, had_started, NodeState::Succeeded, outputs, None);
    }
}

/// A node with nodes inside has given its outputs; what a dynamic task gives is told by its execution.
pub(super) fn graph_succeeded(inner: &Frame, outputs: &[Value]) {
    let (Some(broadcast), Some((frame, node))) = (inner.run.broadcast(), &inner.parent) else {
        return;
    };
    let (open, had_started) = broadcast.close(frame, *node);
    let outputs = match frame.node(*node).action {
        Action::Workflow(_) => Values::outputs(frame.node(*node).entity.outputs(), outputs),
        _ => Values::none(),
    };
    broadcast.ended(open, had_started, NodeState::Succeeded, outputs, None);
}

/// A node has failed, because of itself or of something inside.
pub(super) fn node_failed(frame: &Frame, node: u32, cause: &dyn fmt::Display) {
    if let Some(broadcast) = frame.run.broadcast() {
        let (open, had_started) = broadcast.close(frame, node);
        let error = Some(cause.to_string().into());
        broadcast.ended(open, had_started, NodeState::Failed, Values::none(), error);
    }
}

/// A graph has failed because something inside has.
pub(super) fn graph_failed(inner: &Frame) {
    let (Some(_), Some((frame, node))) = (inner.run.broadcast(), &inner.parent) else {
        return;
    };
    let path = frame.path(*node);
    let error = frame.run.first_failure(|failure| {
        let inside = failure.node.strip_prefix(&path)?;
        let is_inside = inside.is_empty() || inside.starts_with(['/', '[']);
        is_inside.then(|| format!("node `{}` failed: {}", failure.node, failure.cause))
    });
    node_failed(frame, *node, &error.unwrap_or_default());
}

/// A node has ended without outputs and without a failure of its own.
pub(super) fn node_left(frame: &Frame, node: u32) {
    if let Some(broadcast) = frame.run.broadcast() {
        let (open, had_started) = broadcast.close(frame, node);
        let state = if had_started {
            NodeState::Cancelled
        } else {
            NodeState::Skipped
        };
        broadcast.ended(open, had_started, state, Values::none(), None);
    }
}

impl Run {
    /// Who is told what happens in this run, if anybody is.
    pub(crate) fn broadcast(&self) -> Option<&Broadcast> {
        self.watch.as_ref()?.broadcast()
    }
}
