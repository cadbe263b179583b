//! The events of a run, as data.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::Value as Json;

use super::Values;

/// An event in a run.
///
/// A clone keeps its values alive, so the run may have to copy them instead of moving them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// The time of the event.
    pub at: SystemTime,
    /// The run.
    pub run: Arc<RunInfo>,
    /// The kind of event, with its data.
    pub kind: EventKind,
}

impl Event {
    /// An event at the current time.
    pub fn now(run: &Arc<RunInfo>, kind: EventKind) -> Self {
        Self {
            at: SystemTime::now(),
            run: Arc::clone(run),
            kind,
        }
    }

    /// The event as JSON, without values; [`JsonLines`](super::JsonLines) writes this.
    ///
    /// It always has `event`, `at` and `run`; for a node also `node`, `entity`, `kind` and `workflow`; and the other
    /// data of the event, with durations as `seconds`.
    pub fn to_json(&self) -> Json {
        super::json::of(self)
    }
}

/// The run of an event: the outermost one, also for events of a run that a task has started.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunInfo {
    /// The id of the run, which is also the id of its [history](crate::history).
    pub id: String,
    /// The name of the entity.
    pub entity: String,
    /// When it was started; a resumed run keeps the time of its first start.
    pub started: SystemTime,
    /// Whether it resumes a run that ended early.
    pub resumed: bool,
}

impl RunInfo {
    /// Describes a run for its events.
    pub fn new(id: String, entity: &str, started: SystemTime, resumed: bool) -> Self {
        Self {
            id,
            entity: entity.to_owned(),
            started,
            resumed,
        }
    }
}

/// A node of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeInfo {
    /// The ids of the nodes from the outermost workflow down to this one, joined by `/`; the same in every run.
    pub path: String,
    /// The name of its entity: for a map, the mapped entity; for a branch, the workflow that contains it.
    pub entity: String,
    /// Its kind.
    pub kind: NodeKind,
    /// The name of the workflow that contains it or, for a call, of the task.
    pub workflow: String,
}

impl NodeInfo {
    /// Describes a node for its events.
    pub fn new(path: String, entity: &str, kind: NodeKind, workflow: &str) -> Self {
        Self {
            path,
            entity: entity.to_owned(),
            kind,
            workflow: workflow.to_owned(),
        }
    }

    /// The path of the enclosing node; `None` for a node of the run itself.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use flyte_runtime::{prelude::*, testing::RecordedEvents};
    /// # #[task]
    /// # fn square(x: i64) -> i64 { x * x }
    /// # #[workflow]
    /// # fn squares(xs: Vec<i64>) -> Vec<i64> { xs.map(square) }
    /// # let events = RecordedEvents::new();
    /// # Runner::local().observe(events.clone()).run(squares::call(vec![1]))?;
    /// # let node = events.node("n0[0]").unwrap();
    /// assert_eq!(node.path, "n0[0]");
    /// assert_eq!(node.parent(), Some("n0"));
    /// # Ok::<(), RunError>(())
    /// ```
    pub fn parent(&self) -> Option<&str> {
        let end = match self.path.strip_suffix(']') {
            Some(element) => element.rfind('['),
            None => self.path.rfind('/'),
        };
        end.map(|end| &self.path[..end])
    }
}

/// The kind of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NodeKind {
    /// A task.
    Task,
    /// A gate, which waits for an approval, a value or a time.
    Gate,
    /// A workflow or a launch plan, which contains its nodes.
    Workflow,
    /// A condition, which contains its case.
    Branch,
    /// A map, which contains its elements.
    Map,
    /// A run that a task has started: a call in an eager task, or `run` in another.
    Call,
}

impl fmt::Display for NodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Task => "task",
            Self::Gate => "gate",
            Self::Workflow => "workflow",
            Self::Branch => "branch",
            Self::Map => "map",
            Self::Call => "call",
        })
    }
}

/// How a node ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NodeState {
    /// It has returned its outputs.
    Succeeded,
    /// Its outputs were already known, so it did not run.
    Recalled(Recalled),
    /// It failed, in its last attempt or before the first one.
    Failed,
    /// It never started: its inputs are missing, or its run ended early.
    Skipped,
    /// It was started and then cancelled.
    Cancelled,
}

impl NodeState {
    /// Whether the node has outputs.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Succeeded | Self::Recalled(_))
    }
}

impl fmt::Display for NodeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Succeeded => "succeeded",
            Self::Recalled(Recalled::Cached) => "cached",
            Self::Recalled(Recalled::Resumed) => "resumed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        })
    }
}

/// Why outputs were known before a node ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Recalled {
    /// They were in the cache.
    Cached,
    /// The run was resumed, and the node had already ended.
    Resumed,
}

/// What a node waits for; see [`EventKind::WaitStarted`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitReason {
    /// It is ready, and waits for one of the jobs that may run at once.
    Permit,
    /// It is a gate, and waits for its answer or its time.
    Gate,
    /// An equal call of a cached task is running, and its result will be used.
    EqualCall,
    /// It is in the queue of a cluster.
    Queue,
}

impl fmt::Display for WaitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Permit => "permit",
            Self::Gate => "gate",
            Self::EqualCall => "equal call",
            Self::Queue => "queue",
        })
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RunState {
    /// It returned its outputs.
    Succeeded,
    /// A node failed.
    Failed,
    /// It was cancelled.
    Cancelled,
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        })
    }
}

/// The kinds of events, with their data.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventKind {
    /// The run starts; always the first event.
    RunStarted {
        /// The inputs of the run.
        inputs: Values,
        /// How many tasks and gates are known to run: those of the graph and of the workflows in it, without what
        /// branches, maps and dynamic tasks add when they start. Of a run on a cluster
        /// also without those of launch plans.
        tasks: usize,
    },
    /// A node waits before it goes on. The wait ends with the next event of this node.
    ///
    /// A node that goes on in the thread that has made it ready does not wait, so it has no event of this kind. The
    /// delay before another attempt is [`BackoffStarted`](Self::BackoffStarted).
    WaitStarted {
        /// The node, which need not have started.
        node: Arc<NodeInfo>,
        /// What it waits for.
        reason: WaitReason,
    },
    /// A node starts with its inputs. A node whose inputs cannot be made, or that is skipped, ends without this event.
    NodeStarted {
        /// The node.
        node: Arc<NodeInfo>,
        /// Its inputs; empty for a branch or a map, which read parts of the enclosing workflow's values.
        inputs: Values,
        /// How many tasks and gates this adds to those that were known: the elements of a map, those of the case that
        /// a branch takes, or of a run that a task has started.
        tasks: usize,
    },
    /// A dynamic task has built a graph, which starts.
    GraphBuilt {
        /// The node of the dynamic task.
        node: Arc<NodeInfo>,
        /// How many tasks and gates this adds to those that were known.
        tasks: usize,
    },
    /// An attempt of a task starts.
    AttemptStarted {
        /// The node.
        node: Arc<NodeInfo>,
        /// The number of the attempt, counted from zero as in Flyte.
        attempt: u32,
        /// The inputs of its node.
        inputs: Values,
    },
    /// An attempt of a task has ended; that of a dynamic task ends when its graph is built.
    AttemptEnded {
        /// The node.
        node: Arc<NodeInfo>,
        /// The number of the attempt.
        attempt: u32,
        /// How long it took.
        took: Duration,
        /// Its outputs; `None` if it failed, or if it built a graph that will compute them.
        outputs: Option<Values>,
        /// Why it failed, if it did.
        error: Option<Arc<str>>,
        /// The causes of the error, nearest first, without those that the error's text already contains.
        causes: Arc<[String]>,
        /// How long the next attempt is delayed, if there will be one.
        next: Option<Duration>,
    },
    /// The delay before another attempt starts.
    BackoffStarted {
        /// The node.
        node: Arc<NodeInfo>,
        /// The number of the next attempt.
        attempt: u32,
        /// The length of the delay.
        wait: Duration,
    },
    /// A node has ended.
    NodeEnded {
        /// The node.
        node: Arc<NodeInfo>,
        /// How it ended.
        state: NodeState,
        /// How long it took, with all attempts; `None` if it did not start.
        took: Option<Duration>,
        /// The number of attempts, for a task.
        attempts: u32,
        /// Its outputs, if any.
        outputs: Values,
        /// Why it failed, if it did: the error of the last attempt.
        error: Option<Arc<str>>,
        /// Whether it is a failed element of a map that can still succeed.
        is_tolerated: bool,
    },
    /// A message for the user that does not end anything.
    Notice {
        /// The node, if the message is about one.
        node: Option<Arc<NodeInfo>>,
        /// The message.
        message: String,
    },
    /// The run has ended; always the last event.
    RunEnded {
        /// How it ended.
        state: RunState,
        /// How long it took, in this process.
        took: Duration,
        /// Its outputs.
        outputs: Values,
        /// The first failure, if any.
        error: Option<Arc<str>>,
    },
}
