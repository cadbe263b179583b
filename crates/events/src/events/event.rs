//! The events of a run, as data.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::Value as Json;

use super::Values;

/// Something that has happened in a run.
///
/// Cloning one keeps the values in it, which the run may then have to copy instead of moving them on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// When it happened.
    pub at: SystemTime,
    /// In which run.
    pub run: Arc<RunInfo>,
    /// What happened.
    pub kind: EventKind,
}

impl Event {
    /// An event that happens at this moment.
    pub fn now(run: &Arc<RunInfo>, kind: EventKind) -> Self {
        Self {
            at: SystemTime::now(),
            run: Arc::clone(run),
            kind,
        }
    }

    /// The event as JSON, without values: what [`JsonLines`](super::JsonLines) writes.
    ///
    /// There are always `event`, `at` and `run`; of a node `node`, `entity`, `kind` and `workflow`; and what else the
    /// event has, with durations as `seconds`.
    pub fn to_json(&self) -> Json {
        super::json::of(self)
    }
}

/// The run that an event belongs to: the outermost one, also for what happens in a run that a task has started.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunInfo {
    /// The id of the run, under which its [history](crate::history) is.
    pub id: String,
    /// The name of what is run.
    pub entity: String,
    /// When it was started; a run that is resumed keeps the time of its first start.
    pub started: SystemTime,
    /// Whether it goes on with a run that had ended early.
    pub resumed: bool,
}

impl RunInfo {
    /// What is told of a run.
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
    /// The name of what it runs: of a map what runs for each element, of a branch the workflow that it is in.
    pub entity: String,
    /// What it is.
    pub kind: NodeKind,
    /// The name of the workflow that it is a node of, or of the task for a call.
    pub workflow: String,
}

impl NodeInfo {
    /// What is told of a node.
    pub fn new(path: String, entity: &str, kind: NodeKind, workflow: &str) -> Self {
        Self {
            path,
            entity: entity.to_owned(),
            kind,
            workflow: workflow.to_owned(),
        }
    }

    /// The path of the node around this one; `None` for a node of the run itself.
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

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NodeKind {
    /// A task, or a gate.
    Task,
    /// A workflow or a launch plan, whose nodes are inside.
    Workflow,
    /// A condition, whose case is inside.
    Branch,
    /// A map, whose elements are inside.
    Map,
    /// A run that a task has started: a call in an eager task, or `run` in another.
    Call,
}

impl fmt::Display for NodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Task => "task",
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
    /// It has given its outputs.
    Succeeded,
    /// Its outputs were known, so that it did not run.
    Recalled(Recalled),
    /// It failed, in its last attempt or before the first.
    Failed,
    /// It never started: what it needs is not there, or its run had ended early.
    Skipped,
    /// It was started, and ended from outside.
    Cancelled,
}

impl NodeState {
    /// Whether there are outputs.
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
    /// The cache had them.
    Cached,
    /// The run was resumed, and the node had ended before.
    Resumed,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RunState {
    /// It gave its outputs.
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

/// What can happen in a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventKind {
    /// The run starts; always the first event.
    RunStarted {
        /// The inputs of what is run.
        inputs: Values,
    },
    /// The inputs of a node are there and it starts. A node whose inputs cannot be made, or that is skipped, ends
    /// without this.
    NodeStarted {
        /// Which node.
        node: Arc<NodeInfo>,
        /// Its inputs; nothing for a branch or a map, which read parts of what the workflow around has.
        inputs: Values,
    },
    /// An attempt of a task starts.
    AttemptStarted {
        /// Of which node.
        node: Arc<NodeInfo>,
        /// Which attempt, counted from zero as Flyte does.
        attempt: u32,
        /// The inputs of its node.
        inputs: Values,
    },
    /// An attempt of a task has ended; that of a dynamic task when its graph is built.
    AttemptEnded {
        /// Of which node.
        node: Arc<NodeInfo>,
        /// Which attempt.
        attempt: u32,
        /// How long it took.
        took: Duration,
        /// What it gave; `None` if it failed, or has built a graph that is going to give it.
        outputs: Option<Values>,
        /// Why it failed, if it did.
        error: Option<Arc<str>>,
        /// What caused the error, from the nearest on, as far as the error does not say it itself.
        causes: Arc<[String]>,
        /// How long the next attempt waits for its turn, if there is to be one.
        next: Option<Duration>,
    },
    /// Another attempt follows after this long.
    BackoffStarted {
        /// Of which node.
        node: Arc<NodeInfo>,
        /// The attempt that follows.
        attempt: u32,
        /// How long it is waited for.
        wait: Duration,
    },
    /// A node has ended.
    NodeEnded {
        /// Which node.
        node: Arc<NodeInfo>,
        /// How.
        state: NodeState,
        /// How long it took, with all attempts; `None` if it had not started.
        took: Option<Duration>,
        /// How many attempts were made of a task.
        attempts: u32,
        /// Its outputs, if there are any.
        outputs: Values,
        /// Why it failed, if it did: the cause of the last attempt.
        error: Option<Arc<str>>,
        /// Whether it is an element of a map that has failed, of which enough others can succeed.
        is_tolerated: bool,
    },
    /// Something that a user should know and that ends nothing.
    Notice {
        /// About which node, if about one.
        node: Option<Arc<NodeInfo>>,
        /// What it is.
        message: String,
    },
    /// The run has ended; always the last event.
    RunEnded {
        /// How.
        state: RunState,
        /// How long it took, in this process.
        took: Duration,
        /// What it gave.
        outputs: Values,
        /// The first failure, if there is one.
        error: Option<Arc<str>>,
    },
}
