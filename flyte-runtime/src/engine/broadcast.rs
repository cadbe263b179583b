//! The stream of events of a run, and who reads it besides the pages of its tasks: its history, and observers.

use std::{
    cmp::Reverse,
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use super::{
    frame::{Frame, lock},
    plan::Action,
    run::Run,
};
use crate::{
    context::FlyteContext,
    entity::EntityDescriptor,
    events::{
        self, Event, EventKind, NodeInfo, NodeKind, NodeState, Recalled, RunInfo, RunState,
        SharedObserver, Values,
    },
    history::{self, Recording},
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
    /// As that of the story, of a run that a task has started.
    is_over: AtomicBool,
}

/// What a run shares with those that its tasks start.
struct Story {
    run: Arc<RunInfo>,
    history: Option<Arc<Recording>>,
    /// How often each call was made.
    calls: Mutex<HashMap<String, u32>>,
    /// What is told later, by tasks that were left behind, is no part of the run.
    is_over: AtomicBool,
}

/// A node that has started.
#[derive(Clone)]
struct Open {
    node: Arc<NodeInfo>,
    started: Instant,
    attempt_started: Instant,
    attempts: u32,
}

impl Open {
    fn new(node: Arc<NodeInfo>) -> Self {
        let now = Instant::now();
        Self {
            node,
            started: now,
            attempt_started: now,
            attempts: 0,
        }
    }
}

/// What is told of the end of a node.
#[derive(Default)]
pub(super) struct Ending {
    pub(super) outputs: Values,
    pub(super) error: Option<Arc<str>>,
    /// It is an element of a map that can succeed all the same.
    pub(super) is_tolerated: bool,
}

impl Ending {
    /// Of a node of which nobody has noted when it began, or how often.
    pub(super) fn of(self, node: Arc<NodeInfo>, state: NodeState) -> EventKind {
        EventKind::NodeEnded {
            node,
            state,
            took: None,
            attempts: 0,
            outputs: self.outputs,
            error: self.error,
            is_tolerated: self.is_tolerated,
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
                    is_over: AtomicBool::new(false),
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
            is_over: AtomicBool::new(false),
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

    /// Tells everybody: first the history, so that what is told has been kept.
    pub(super) fn tell(&self, kind: EventKind) {
        events::log(&self.story.run.entity, &kind);
        let history = self.story.history.as_ref();
        if (self.observers.is_empty() && history.is_none()) || self.is_over() {
            return;
        }
        let event = Event::now(&self.story.run, kind);
        if let Some(history) = history {
            history.event(&event);
            if let Some(problem) = history.problem() {
                self.notice(problem);
            }
        }
        for observer in &self.observers {
            observer.tell(&event);
        }
    }

    /// Something about the run as a whole that a user should know.
    pub(super) fn notice(&self, message: String) {
        self.tell(EventKind::Notice {
            node: None,
            message,
        });
    }

    pub(super) fn info(&self, frame: &Frame, node: u32) -> NodeInfo {
        info(self.path(frame, node), frame, node)
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
                self.tell(EventKind::Notice {
                    node: node.cloned(),
                    message: format!("it runs again, since {problem}"),
                });
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
        self.leave_open();
        let Some(call) = &self.call else {
            self.tell(EventKind::RunEnded {
                state,
                took: self.started.elapsed(),
                outputs,
                error,
            });
            return self.story.is_over.store(true, Ordering::Release);
        };
        let state = match state {
            RunState::Succeeded if was_known => NodeState::Recalled(Recalled::Resumed),
            RunState::Succeeded => NodeState::Succeeded,
            RunState::Failed => NodeState::Failed,
            RunState::Cancelled => NodeState::Cancelled,
        };
        self.ended(
            call.clone(),
            true,
            state,
            Ending {
                outputs,
                error,
                ..Ending::default()
            },
        );
        self.is_over.store(true, Ordering::Release);
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire) || self.story.is_over.load(Ordering::Acquire)
    }

    /// The run ends although nodes go on that cannot be stopped: they count as cancelled, those inside first.
    fn leave_open(&self) {
        let mut open: Vec<_> = lock(&self.open).drain().map(|(_, open)| open).collect();
        open.sort_by_key(|open| Reverse(open.node.path.len()));
        for open in open {
            self.ended(open, true, NodeState::Cancelled, Ending::default());
        }
    }

    /// A node has ended, in whatever way.
    fn ended(&self, open: Open, had_started: bool, state: NodeState, ending: Ending) {
        self.tell(EventKind::NodeEnded {
            node: open.node,
            state,
            took: had_started.then(|| open.started.elapsed()),
            attempts: open.attempts,
            outputs: ending.outputs,
            error: ending.error,
            is_tolerated: ending.is_tolerated,
        });
    }

    /// A node of a frame has ended.
    pub(super) fn node_ended(&self, frame: &Frame, node: u32, state: NodeState, ending: Ending) {
        let (open, had_started) = self.close(frame, node);
        self.ended(open, had_started, state, ending);
    }

    /// A node has ended that may have been started before.
    pub(super) fn node_left(&self, frame: &Frame, node: u32) {
        let (open, had_started) = self.close(frame, node);
        let state = match had_started {
            true => NodeState::Cancelled,
            false => NodeState::Skipped,
        };
        self.ended(open, had_started, state, Ending::default());
    }

    /// A node starts. Returns its outputs if it had ended before its run was resumed, and may be taken from there.
    pub(super) fn node_started(
        &self,
        frame: &Frame,
        node: u32,
        inputs: Values,
        is_recalled: bool,
    ) -> Option<Vec<Value>> {
        let open = Open::new(Arc::new(self.info(frame, node)));
        let history = self.history().filter(|_| is_recalled);
        let entity = frame.node(node).entity;
        let known = history.and_then(|history| history.known(&open.node.path, entity, &inputs));
        let known = self.usable(known, Some(&open.node));
        let node_info = Arc::clone(&open.node);
        lock(&self.open).insert(key(frame, node), open);
        self.tell(EventKind::NodeStarted {
            node: node_info,
            inputs,
        });
        known
    }

    /// A node about which something is told.
    pub(super) fn node(&self, frame: &Frame, node: u32) -> Arc<NodeInfo> {
        self.with_open(frame, node, |open| Arc::clone(&open.node))
    }

    /// A node of which an attempt begins.
    pub(super) fn attempt_started(&self, frame: &Frame, node: u32, attempt: u32) -> Arc<NodeInfo> {
        self.with_open(frame, node, |open| {
            open.attempt_started = Instant::now();
            open.attempts = attempt + 1;
            Arc::clone(&open.node)
        })
    }

    /// A node of which an attempt has ended, and how long that took.
    pub(super) fn attempt_ended(&self, frame: &Frame, node: u32) -> (Arc<NodeInfo>, Duration) {
        self.with_open(frame, node, |open| {
            (Arc::clone(&open.node), open.attempt_started.elapsed())
        })
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

/// What is said of a node.
pub(super) fn info(path: String, frame: &Frame, node: u32) -> NodeInfo {
    let planned = frame.node(node);
    let kind = match planned.action {
        Action::Task(_) => NodeKind::Task,
        Action::Workflow(_) => NodeKind::Workflow,
        Action::Branch(_) => NodeKind::Branch,
        Action::Map(_) => NodeKind::Map,
    };
    let workflow = frame.plan.graph.entity().name();
    NodeInfo::new(path, planned.entity.name(), kind, workflow)
}

fn key(frame: &Frame, node: u32) -> (usize, u32) {
    (std::ptr::from_ref(frame) as usize, node)
}

impl Run {
    /// Who is told what happens in this run, if anybody is.
    pub(crate) fn broadcast(&self) -> Option<&Broadcast> {
        self.watch.as_ref()?.broadcast()
    }
}
