//! What has changed since an execution was looked at before, as the events of a run on this machine.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::tree::{AttemptRun, ExecutionTree, NodeRun};
use crate::flyte1::fetch::{ExecutionRecord, Status};
use flyte_core::text;
use flyte_events::events::{
    Event, EventKind, NodeInfo, NodeKind, NodeState, Recalled, RunInfo, RunState, Values,
    WaitReason,
};

/// What an observer knows already.
#[derive(Default)]
pub(super) struct Told {
    run: Option<Arc<RunInfo>>,
    nodes: HashMap<String, Known>,
}

/// What an observer knows of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    status: Status,
    /// How many attempts are over and were followed by another, or will be.
    over: usize,
    /// Whether the attempt after these has begun.
    has_begun: bool,
    /// How many elements a map has, or tasks a dynamic task has built.
    tasks: usize,
    /// Whether its start was told.
    has_started: bool,
}

impl Told {
    fn run(&self, name: &str) -> Arc<RunInfo> {
        let run = self.run.clone();
        run.unwrap_or_else(|| Arc::new(RunInfo::new(name.to_owned(), "", SystemTime::now(), false)))
    }

    pub(super) fn notice(
        &self,
        name: &str,
        message: String,
        observer: &(dyn Fn(&Event) + Send + Sync),
    ) {
        let kind = EventKind::Notice {
            node: None,
            message,
        };
        observer(&Event::now(&self.run(name), kind));
    }

    /// Tells what is new, and whether anything is.
    pub(super) fn tell(
        &mut self,
        tree: &ExecutionTree,
        observer: &(dyn Fn(&Event) + Send + Sync),
    ) -> bool {
        let record = &tree.record;
        let mut is_new = false;
        if self.run.is_none() {
            let started = record.created.unwrap_or_else(SystemTime::now);
            let run = Arc::new(RunInfo::new(
                record.name.clone(),
                &record.entity,
                started,
                false,
            ));
            let inputs = Values::none();
            observer(&Event::now(
                &run,
                EventKind::RunStarted {
                    inputs,
                    tasks: tree.tasks,
                },
            ));
            self.run = Some(run);
            is_new = true;
        }
        let run = self.run(&record.name);
        let tell = |kind| observer(&Event::now(&run, kind));
        let tell_at = |kind, at: Option<SystemTime>| {
            let mut event = Event::now(&run, kind);
            event.at = at.unwrap_or(event.at);
            observer(&event);
        };
        for node in tree.all_nodes() {
            is_new |= self.tell_node(node, record, &tell_at);
        }
        if record.status.is_end() {
            tell(EventKind::RunEnded {
                state: match record.status {
                    status if status.is_success() => RunState::Succeeded,
                    Status::Aborted => RunState::Cancelled,
                    _ => RunState::Failed,
                },
                took: record.took.unwrap_or_default(),
                outputs: Values::none(),
                error: record.error.as_deref().map(Into::into),
            });
        }
        is_new
    }

    fn tell_node(
        &mut self,
        node: &NodeRun,
        record: &ExecutionRecord,
        tell_at: &dyn Fn(EventKind, Option<SystemTime>),
    ) -> bool {
        let tell = |kind| tell_at(kind, None);
        let before = self.nodes.get(&node.path).copied();
        let known = before.unwrap_or(Known {
            status: Status::Queued,
            over: 0,
            has_begun: false,
            tasks: 0,
            has_started: false,
        });
        // Of an attempt that failed what is told is the next; the last one is the node's end.
        let failed = |attempt: &&AttemptRun| attempt.status == Status::Failed;
        let over = node.attempts.iter().take_while(failed).count();
        let over = match node.status.is_end() && !node.status.is_success() {
            true => over.min(node.attempts.len().saturating_sub(1)),
            false => over,
        };
        let now = Known {
            status: node.status,
            over: over.max(known.over),
            has_begun: over > 0 && begins(node, over),
            tasks: node.tasks,
            has_started: known.has_started || starts(node),
        };
        if before == Some(now) {
            return false;
        }
        let info = Arc::new(NodeInfo::new(
            node.path.clone(),
            match node.entity.as_str() {
                "" => &node.path,
                entity => entity,
            },
            node.kind,
            &record.entity,
        ));
        self.nodes.insert(node.path.clone(), now);
        // Branches and workflows are with the engine, and only tasks are in a queue.
        if before.is_none() && node.status == Status::Queued && node.kind == NodeKind::Task {
            tell(EventKind::WaitStarted {
                node: Arc::clone(&info),
                reason: WaitReason::Queue,
            });
        }
        if now.has_started && !known.has_started {
            let started = EventKind::NodeStarted {
                node: Arc::clone(&info),
                inputs: Values::none(),
                // What a dynamic task adds is told when it has built it.
                tasks: match node.kind {
                    NodeKind::Task => 0,
                    _ => node.tasks,
                },
            };
            tell_at(started, node.started);
        }
        if node.tasks > known.tasks && (known.has_started || node.kind == NodeKind::Task) {
            tell(EventKind::GraphBuilt {
                node: Arc::clone(&info),
                tasks: node.tasks - known.tasks,
            });
        }
        for attempt in node.attempts.iter().take(over).skip(known.over) {
            tell(EventKind::AttemptEnded {
                node: Arc::clone(&info),
                attempt: attempt.number,
                took: attempt.took.unwrap_or_default(),
                outputs: None,
                error: Some(attempt.error.as_deref().unwrap_or("it failed").into()),
                causes: Arc::new([]),
                next: Some(Duration::ZERO),
            });
        }
        let next = || u32::try_from(over).unwrap_or(u32::MAX);
        if over > known.over && !node.status.is_end() && !now.has_begun {
            // How long that takes is not said.
            tell(EventKind::WaitStarted {
                node: Arc::clone(&info),
                reason: WaitReason::Queue,
            });
        }
        if now.has_begun && (over, true) != (known.over, known.has_begun) {
            tell(EventKind::AttemptStarted {
                node: Arc::clone(&info),
                attempt: next(),
                inputs: Values::none(),
            });
        }
        if node.status.is_end() && (before.is_none() || !known.status.is_end()) {
            let state = state_of(node.status);
            let attempts = u32::try_from(node.attempts.len()).unwrap_or(u32::MAX);
            tell(EventKind::NodeEnded {
                node: Arc::clone(&info),
                state,
                took: node.took,
                attempts,
                outputs: Values::none(),
                error: node
                    .error
                    .as_deref()
                    .map(|error| text::record(error).into()),
                is_tolerated: false,
            });
            if state == NodeState::Failed {
                let logs = node.attempts.last().map(|last| &last.logs[..]);
                for (name, uri) in logs.unwrap_or_default() {
                    tell(EventKind::Notice {
                        node: Some(Arc::clone(&info)),
                        message: format!("{name}: {uri}"),
                    });
                }
            }
        }
        true
    }
}

/// Whether a node is told as started. How much a branch or a map adds is known with what is inside.
fn starts(node: &NodeRun) -> bool {
    match node.status {
        Status::Queued | Status::Skipped => false,
        Status::Running => match node.kind {
            NodeKind::Branch | NodeKind::Map => !node.nodes.is_empty(),
            _ => true,
        },
        _ => true,
    }
}

/// Whether the attempt after so many has begun.
fn begins(node: &NodeRun, over: usize) -> bool {
    let next = node.attempts.get(over);
    next.is_some_and(|attempt| attempt.status != Status::Queued)
}

/// How a node has ended.
pub(in crate::flyte1) fn state_of(status: Status) -> NodeState {
    match status {
        Status::Cached => NodeState::Recalled(Recalled::Cached),
        Status::Recovered => NodeState::Recalled(Recalled::Resumed),
        Status::Failed | Status::TimedOut => NodeState::Failed,
        Status::Aborted => NodeState::Cancelled,
        Status::Skipped => NodeState::Skipped,
        _ => NodeState::Succeeded,
    }
}
