//! What a display keeps of an event: everything but the values, which would be kept alive by it.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use flyte_events::events::{
    Event, EventKind, NodeInfo, NodeKind, NodeState, RunInfo, RunState, WaitReason,
};

/// An event without its values.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) at: SystemTime,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    RunStarted {
        run: Arc<RunInfo>,
        tasks: usize,
    },
    Waits {
        node: Arc<NodeInfo>,
        reason: WaitReason,
    },
    Started {
        node: Arc<NodeInfo>,
        tasks: usize,
    },
    Built {
        tasks: usize,
    },
    AttemptStarted {
        node: Arc<NodeInfo>,
        attempt: u32,
    },
    AttemptFailed {
        node: Arc<NodeInfo>,
        attempt: u32,
        error: Arc<str>,
        is_last: bool,
    },
    Backoff {
        node: Arc<NodeInfo>,
        attempt: u32,
        wait: Duration,
    },
    Ended {
        node: Arc<NodeInfo>,
        state: NodeState,
        took: Option<Duration>,
        error: Option<Arc<str>>,
    },
    Notice {
        node: Option<Arc<NodeInfo>>,
        message: String,
    },
    RunEnded {
        run: Arc<RunInfo>,
        state: RunState,
        took: Duration,
    },
}

impl Told {
    /// `None` for an event that changes nothing in a display.
    pub(super) fn of(event: &Event) -> Option<Self> {
        let what = match &event.kind {
            EventKind::RunStarted { tasks, .. } => What::RunStarted {
                run: Arc::clone(&event.run),
                tasks: *tasks,
            },
            EventKind::WaitStarted { node, reason } => What::Waits {
                node: Arc::clone(node),
                reason: *reason,
            },
            EventKind::NodeStarted { node, tasks, .. } => What::Started {
                node: Arc::clone(node),
                tasks: *tasks,
            },
            EventKind::GraphBuilt { tasks, .. } => What::Built { tasks: *tasks },
            EventKind::AttemptStarted { node, attempt, .. } => What::AttemptStarted {
                node: Arc::clone(node),
                attempt: *attempt,
            },
            EventKind::AttemptEnded {
                node,
                attempt,
                error: Some(error),
                next,
                ..
            } => What::AttemptFailed {
                node: Arc::clone(node),
                attempt: *attempt,
                error: Arc::clone(error),
                is_last: next.is_none(),
            },
            EventKind::BackoffStarted {
                node,
                attempt,
                wait,
            } => What::Backoff {
                node: Arc::clone(node),
                attempt: *attempt,
                wait: *wait,
            },
            EventKind::NodeEnded {
                node,
                state,
                took,
                error,
                ..
            } => What::Ended {
                node: Arc::clone(node),
                state: *state,
                took: *took,
                error: error.clone(),
            },
            EventKind::Notice { node, message } => What::Notice {
                node: node.clone(),
                message: message.clone(),
            },
            EventKind::RunEnded { state, took, .. } => What::RunEnded {
                run: Arc::clone(&event.run),
                state: *state,
                took: *took,
            },
            // Unknown kinds of events are not displayed.
            _ => return None,
        };
        Some(Self { at: event.at, what })
    }
}

/// Whether a node does work itself, and does not only contain others.
pub(super) fn is_work(node: &NodeInfo) -> bool {
    matches!(node.kind, NodeKind::Task | NodeKind::Gate)
}

/// The path of the node around another.
pub(super) fn parent(path: &str) -> Option<&str> {
    let end = match path.strip_suffix(']') {
        Some(element) => element.rfind('['),
        None => path.rfind('/'),
    };
    end.map(|end| &path[..end])
}

/// The map of which a node is an element.
pub(super) fn map_of(node: &NodeInfo) -> Option<&str> {
    node.parent().filter(|_| node.path.ends_with(']'))
}
