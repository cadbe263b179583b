//! The stream of events of a run, with its readers: its history and observers. Pages of tasks are written elsewhere.

mod runs_in_tasks;

use std::{
    cmp::Reverse,
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use rustc_hash::FxHashMap;

use super::{
    drain::{Drain, Entered},
    outside::outside_of_runs,
};
use crate::{
    instruments::ContextInstruments as _,
    plan::Action,
    run::frame::{Frame, Ready},
};
use flyte_context::context::FlyteContext;
use flyte_core::{
    graph::entity::EntityDescriptor, lock::lock, no_other_variant, panic, types::Value,
};
use flyte_events::{
    events::{
        self, Event, EventKind, NodeInfo, NodeKind, NodeState, Recalled, RunInfo, RunState,
        SharedObserver, Values, WaitReason,
    },
    history::{self, Recording},
};

/// Sends the events of a run to its readers, and keeps track of the nodes they know.
pub(crate) struct Emitter {
    stream: Arc<Stream>,
    source: Arc<Source>,
    /// The prefix of node paths: the path of the call, for a run that a task started.
    prefix: String,
    started: Instant,
}

/// The part that a run shares with the runs that its tasks start.
struct Stream {
    run: Arc<RunInfo>,
    history: Option<Arc<Recording>>,
    /// How often each call was made.
    calls: Mutex<HashMap<String, u32>>,
    /// Later events, from tasks that were left behind, are not part of the run.
    drain: Drain,
    /// The runs started by tasks that have not ended, by their addresses.
    sources: Mutex<HashMap<usize, Arc<Source>>>,
}

/// One run in a stream.
struct Source {
    observers: Vec<SharedObserver>,
    /// The run as a node of the outer run.
    call: Option<Open>,
    /// The nodes that have started and not ended, and those that are ready. A frame is there as long as a node of it
    /// is.
    open: Mutex<FxHashMap<(usize, u32), Open>>,
    /// How many of them are ready and have not started.
    waiting: AtomicUsize,
    drain: Drain,
}

/// A node that has started, or is ready.
#[derive(Clone)]
struct Open {
    node: Arc<NodeInfo>,
    has_started: bool,
    started: Instant,
    attempt_started: Instant,
    attempts: u32,
}

impl Open {
    fn new(node: Arc<NodeInfo>) -> Self {
        let now = Instant::now();
        Self {
            node,
            has_started: true,
            started: now,
            attempt_started: now,
            attempts: 0,
        }
    }

    /// A node that is ready.
    fn waiting(node: Arc<NodeInfo>) -> Self {
        Self {
            has_started: false,
            ..Self::new(node)
        }
    }
}

/// The data of the event that ends a node.
#[derive(Default)]
pub(crate) struct Ending {
    pub(crate) outputs: Values,
    pub(crate) error: Option<Arc<str>>,
    /// It is an element of a map, and the map can still succeed.
    pub(crate) is_tolerated: bool,
}

impl Ending {
    /// The event for a node that may have started.
    fn after(self, open: Open, had_started: bool, state: NodeState) -> EventKind {
        EventKind::NodeEnded {
            node: open.node,
            state,
            took: had_started.then(|| open.started.elapsed()),
            attempts: open.attempts,
            outputs: self.outputs,
            error: self.error,
            is_tolerated: self.is_tolerated,
        }
    }

    /// The event for a node whose start and number of attempts were not recorded.
    pub(crate) fn of(self, node: Arc<NodeInfo>, state: NodeState) -> EventKind {
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

impl fmt::Debug for Emitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emitter")
            .field("run", &self.stream.run)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl Emitter {
    /// The emitter of a run that starts in a context; `None` if nothing listens.
    pub(crate) fn of(
        entity: &EntityDescriptor,
        inputs: &[Value],
        context: &FlyteContext,
        history: Option<Arc<Recording>>,
        started: SystemTime,
    ) -> Option<Self> {
        let instruments = context.instruments();
        let observers =
            instruments.map_or_else(Vec::new, |instruments| instruments.observers.clone());
        // A run with a history of its own is not part of the outer run.
        let around = runs_in_tasks::around(context).filter(|_| history.is_none());
        let (stream, prefix, call) = match around {
            Some((emitter, path, attempt, task)) => {
                let stream = Arc::clone(&emitter.stream);
                let values = Values::inputs(entity, inputs);
                let call = stream.call(&path, attempt, entity, &values);
                let node = NodeInfo::new(call.clone(), entity.name(), NodeKind::Call, &task);
                (stream, call + "/", Some(Open::new(Arc::new(node))))
            }
            None if observers.is_empty() && history.is_none() => return None,
            None => {
                let (id, resumed) = match &history {
                    Some(history) => (history.id().to_owned(), history.is_resumed()),
                    None => (history::new_id(), false),
                };
                let run = RunInfo::new(id, entity.name(), started, resumed);
                let stream = Stream {
                    run: Arc::new(run),
                    history,
                    calls: Mutex::default(),
                    drain: Drain::default(),
                    sources: Mutex::default(),
                };
                (Arc::new(stream), String::new(), None)
            }
        };
        let source = Arc::new(Source {
            observers,
            call,
            open: Mutex::default(),
            waiting: AtomicUsize::new(0),
            drain: Drain::default(),
        });
        Some(Self {
            stream,
            source,
            prefix,
            started: Instant::now(),
        })
    }

    /// Whether a run that starts in a context is recorded with the outer run.
    pub(crate) fn is_recorded(context: &FlyteContext) -> bool {
        runs_in_tasks::around(context).is_some_and(|(emitter, ..)| emitter.stream.history.is_some())
    }

    pub(crate) fn history(&self) -> Option<&Arc<Recording>> {
        self.stream.history.as_ref()
    }

    /// Whether this is the outermost run, not one that a task started.
    pub(crate) fn is_outermost(&self) -> bool {
        self.source.call.is_none()
    }

    /// What the paths of the run's nodes begin with.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The ids of the nodes from the outermost run down to this one.
    pub(crate) fn path(&self, frame: &Frame, node: u32) -> String {
        format!("{}{}", self.prefix, frame.path(node))
    }

    /// Begins to send an event; `None` if this run or the outer one has ended.
    fn enter(&self) -> Option<(Entered<'_>, Entered<'_>)> {
        Some((self.stream.drain.enter()?, self.source.drain.enter()?))
    }

    /// Sends an event to all readers.
    pub(crate) fn tell(&self, kind: EventKind) {
        let entered = self.enter();
        self.say(kind, entered.is_some());
    }

    fn say(&self, kind: EventKind, is_told: bool) {
        events::log(&self.stream.run.entity, &kind);
        if is_told {
            self.stream.tell(&self.source, kind);
        }
    }

    /// A message to the user about the run as a whole.
    pub(crate) fn notice(&self, message: String) {
        self.tell(EventKind::Notice {
            node: None,
            message,
        });
    }

    pub(crate) fn info(&self, frame: &Frame, node: u32) -> NodeInfo {
        info(self.path(frame, node), frame, node)
    }

    /// The run has started. Returns its outputs if it had ended before it was resumed.
    pub(crate) fn run_started(
        &self,
        entity: &'static EntityDescriptor,
        inputs: &[Value],
        tasks: usize,
    ) -> Option<Vec<Value>> {
        let inputs = Values::inputs(entity, inputs);
        let call = self.source.call.as_ref();
        // That of the run itself is recorded with its beginning.
        if let (Some(history), Some(call)) = (self.history(), call)
            && let Ok(graph) = entity.graph()
        {
            history.graph_called(&call.node.path, &graph);
        }
        let known = self.history().and_then(|history| match call {
            Some(call) => history.known(&call.node.path, entity, &inputs),
            None => history.known_outputs(entity),
        });
        let known = self.usable(known, call.map(|call| &call.node));
        let entered = self.enter();
        let kind = match call {
            None => EventKind::RunStarted { inputs, tasks },
            Some(call) => EventKind::NodeStarted {
                node: Arc::clone(&call.node),
                inputs,
                tasks,
            },
        };
        if entered.is_some() && call.is_some() {
            lock(&self.stream.sources).insert(address(&self.source), Arc::clone(&self.source));
        }
        self.say(kind, entered.is_some());
        known
    }

    /// The recorded outputs, or a notice if they cannot be used.
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
                    message: format!("it runs again, because {problem}"),
                });
                None
            }
        }
    }

    /// The run has ended, with `outputs` if it succeeded.
    pub(crate) fn run_ended(
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
        let Some(call) = &self.source.call else {
            return self.stream.end(
                &self.source,
                EventKind::RunEnded {
                    state,
                    took: self.started.elapsed(),
                    outputs,
                    error,
                },
            );
        };
        let state = match state {
            RunState::Succeeded if was_known => NodeState::Recalled(Recalled::Resumed),
            RunState::Succeeded => NodeState::Succeeded,
            RunState::Failed => NodeState::Failed,
            RunState::Cancelled => NodeState::Cancelled,
            _ => no_other_variant!(RunState),
        };
        // If the outer stream has ended, this run has ended with it.
        let Some(_entered) = self.stream.drain.enter() else {
            return;
        };
        self.source.drain.close();
        if lock(&self.stream.sources)
            .remove(&address(&self.source))
            .is_none()
        {
            return;
        }
        self.stream.leave_open(&self.source);
        let ending = Ending {
            outputs,
            error,
            ..Ending::default()
        };
        self.stream
            .tell(&self.source, ending.after(call.clone(), true, state));
    }

    /// A node of a frame has ended.
    pub(crate) fn node_ended(&self, frame: &Frame, node: u32, state: NodeState, ending: Ending) {
        self.ended(frame, node, |_| state, ending);
    }

    /// A node has ended that may have started before.
    pub(crate) fn node_left(&self, frame: &Frame, node: u32) {
        self.ended(frame, node, left_as, Ending::default());
    }

    /// A node has ended. Its state depends on whether it had started.
    fn ended(
        &self,
        frame: &Frame,
        node: u32,
        state: impl FnOnce(bool) -> NodeState,
        ending: Ending,
    ) {
        let entered = self.enter();
        // The end of the stream reports the nodes that are still open.
        let open = entered
            .is_some()
            .then(|| lock(&self.source.open).remove(&key(frame, node)))
            .flatten();
        let had_started = open.as_ref().is_some_and(|open| open.has_started);
        if open.is_some() && !had_started {
            self.source.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        let open = open.unwrap_or_else(|| Open::new(Arc::new(self.info(frame, node))));
        let kind = ending.after(open, had_started, state(had_started));
        self.say(kind, entered.is_some());
    }

    /// Nodes are ready, and wait for a permit.
    pub(crate) fn nodes_wait(&self, ready: &[Ready]) {
        let is_heard = !self.source.observers.is_empty() || self.stream.history.is_some();
        let Some(_entered) = self.enter().filter(|_| is_heard) else {
            return;
        };
        for Ready { frame, node } in ready.iter().filter(|ready| ready.is_node()) {
            let info = Arc::new(self.info(frame, *node));
            let waiting = Open::waiting(Arc::clone(&info));
            lock(&self.source.open).insert(key(frame, *node), waiting);
            self.source.waiting.fetch_add(1, Ordering::Relaxed);
            let kind = EventKind::WaitStarted {
                node: info,
                reason: WaitReason::Permit,
            };
            self.stream.tell(&self.source, kind);
        }
    }

    /// A node that was told of when it became ready, if it was.
    fn take_waiting(&self, frame: &Frame, node: u32) -> Option<Arc<NodeInfo>> {
        // Most nodes go on in the thread that has made them ready, and cost this look alone.
        if self.source.waiting.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let waiting = lock(&self.source.open).remove(&key(frame, node))?;
        self.source.waiting.fetch_sub(1, Ordering::Relaxed);
        Some(waiting.node)
    }

    /// A node starts, which adds so many tasks. Returns its outputs if it had ended before its run was resumed, and may
    /// be taken from there.
    pub(crate) fn node_started(
        &self,
        frame: &Frame,
        node: u32,
        inputs: Values,
        tasks: usize,
        is_recalled: bool,
    ) -> Option<Vec<Value>> {
        let info = self.take_waiting(frame, node);
        let info = info.unwrap_or_else(|| Arc::new(self.info(frame, node)));
        let open = Open::new(info);
        let history = self.history().filter(|_| is_recalled);
        let entity = frame.node(node).entity;
        let known = history.and_then(|history| history.known(&open.node.path, entity, &inputs));
        let known = self.usable(known, Some(&open.node));
        let kind = EventKind::NodeStarted {
            node: Arc::clone(&open.node),
            inputs,
            tasks,
        };
        let entered = self.enter();
        if entered.is_some() {
            lock(&self.source.open).insert(key(frame, node), open);
        }
        self.say(kind, entered.is_some());
        known
    }

    /// The node that an event is about.
    pub(crate) fn node(&self, frame: &Frame, node: u32) -> Arc<NodeInfo> {
        self.with_open(frame, node, |open| Arc::clone(&open.node))
    }

    /// The node of an attempt that begins.
    pub(crate) fn attempt_started(&self, frame: &Frame, node: u32, attempt: u32) -> Arc<NodeInfo> {
        self.with_open(frame, node, |open| {
            open.attempt_started = Instant::now();
            open.attempts = attempt + 1;
            Arc::clone(&open.node)
        })
    }

    /// The node of an attempt that has ended, and the attempt's duration.
    pub(crate) fn attempt_ended(&self, frame: &Frame, node: u32) -> (Arc<NodeInfo>, Duration) {
        self.with_open(frame, node, |open| {
            (Arc::clone(&open.node), open.attempt_started.elapsed())
        })
    }

    fn with_open<R>(&self, frame: &Frame, node: u32, work: impl FnOnce(&mut Open) -> R) -> R {
        let mut open = lock(&self.source.open);
        match open.get_mut(&key(frame, node)) {
            Some(open) => work(open),
            None => {
                drop(open);
                work(&mut Open::new(Arc::new(self.info(frame, node))))
            }
        }
    }
}

impl Stream {
    /// The history comes first, so that observers only see recorded events.
    fn tell(&self, source: &Source, kind: EventKind) {
        let history = self.history.as_ref();
        if source.observers.is_empty() && history.is_none() {
            return;
        }
        let event = Event::now(&self.run, kind);
        if let Some(history) = history {
            history.event(&event);
            if let Some(message) = history.problem() {
                let notice = EventKind::Notice {
                    node: None,
                    message,
                };
                events::log(&self.run.entity, &notice);
                self.tell(source, notice);
            }
        }
        if !source.observers.is_empty() {
            let tell = |observer: &SharedObserver| observer.tell(&event);
            outside_of_runs(|| source.observers.iter().for_each(tell));
        }
        // Its values are of user types, and this may be their last owner.
        panic::discard(event);
    }

    /// The run has ended, and everything in it with it: tasks that were left behind, and the runs they started.
    fn end(&self, outermost: &Source, kind: EventKind) {
        self.drain.close();
        let mut sources: Vec<_> = lock(&self.sources)
            .drain()
            .map(|(_, source)| source)
            .collect();
        let depth = |source: &Source| source.call.as_ref().map_or(0, |call| call.node.path.len());
        sources.sort_by_key(|source| Reverse(depth(source)));
        for source in sources {
            self.leave_open(&source);
            if let Some(call) = &source.call {
                let left = Ending::default().after(call.clone(), true, NodeState::Cancelled);
                self.tell(&source, left);
            }
        }
        self.leave_open(outermost);
        self.tell(outermost, kind);
    }

    /// A run ends although nodes go on that cannot be stopped: they count as cancelled, those inside first, and those
    /// that only were ready as skipped.
    fn leave_open(&self, source: &Source) {
        let mut open: Vec<_> = lock(&source.open).drain().map(|(_, open)| open).collect();
        open.sort_by_key(|open| Reverse(open.node.path.len()));
        for open in open {
            let had_started = open.has_started;
            let left = Ending::default().after(open, had_started, left_as(had_started));
            self.tell(source, left);
        }
    }
}

/// How a node ends that is left.
fn left_as(had_started: bool) -> NodeState {
    match had_started {
        true => NodeState::Cancelled,
        false => NodeState::Skipped,
    }
}

/// The description of a node.
pub(crate) fn info(path: String, frame: &Frame, node: u32) -> NodeInfo {
    let planned = frame.node(node);
    let kind = match planned.action {
        Action::Task(_) if planned.entity.gate().is_some() => NodeKind::Gate,
        Action::Task(_) => NodeKind::Task,
        Action::Workflow(_) => NodeKind::Workflow,
        Action::Branch(_) => NodeKind::Branch,
        Action::Map(_) => NodeKind::Map,
    };
    let workflow = frame.plan.graph.entity().name();
    NodeInfo::new(path, planned.entity.name(), kind, workflow)
}

fn address(source: &Arc<Source>) -> usize {
    Arc::as_ptr(source) as usize
}

fn key(frame: &Frame, node: u32) -> (usize, u32) {
    (std::ptr::from_ref(frame) as usize, node)
}
