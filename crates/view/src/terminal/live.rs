//! The state of a run at a time: all events up to then, added up.

use std::{
    borrow::Borrow,
    collections::HashMap,
    hash::{Hash, Hasher},
    sync::Arc,
    time::{Duration, SystemTime},
};

use flyte_core::no_other_variant;
use flyte_events::events::{
    NodeInfo, NodeKind, NodeState, Recalled, RunInfo, RunState, WaitReason,
};

use super::{
    critical::Critical,
    told::{Told, What, is_work, map_of},
};

/// How many failures are kept for the display; the others are counted.
const FAILURES: usize = 64;

/// A node, known by its path.
#[derive(Clone, Debug)]
pub(super) struct Key(pub(super) Arc<NodeInfo>);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.path.as_str().hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0.path == other.0.path
    }
}

impl Eq for Key {}

impl Borrow<str> for Key {
    fn borrow(&self) -> &str {
        &self.0.path
    }
}

/// What an open node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Runs,
    Waits(WaitReason),
    /// Until the next attempt.
    Backoff {
        until: SystemTime,
    },
}

/// A task, a gate or a map that has started and not ended.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) node: Arc<NodeInfo>,
    pub(super) began: SystemTime,
    /// How many had begun before.
    pub(super) order: usize,
    pub(super) phase: Phase,
    /// The attempt that runs or is next, counted from zero.
    pub(super) attempt: u32,
    pub(super) elements: Elements,
}

/// The elements of a map that are tasks: how many there are, have started and have ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Elements {
    pub(super) all: usize,
    pub(super) begun: usize,
    pub(super) done: usize,
}

/// How often tasks have ended in each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) ran: usize,
    pub(super) cached: usize,
    pub(super) resumed: usize,
    pub(super) failed: usize,
    pub(super) skipped: usize,
    /// Attempts that have failed.
    pub(super) attempts_failed: usize,
}

impl Counts {
    /// How many tasks have ended.
    pub(super) fn done(&self) -> usize {
        self.ran + self.cached + self.resumed + self.failed + self.skipped
    }

    /// How many attempts were followed by another.
    pub(super) fn repeated(&self) -> usize {
        self.attempts_failed.saturating_sub(self.failed)
    }
}

/// A task that has failed.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) node: Arc<NodeInfo>,
    pub(super) took: Option<Duration>,
    pub(super) error: Arc<str>,
}

/// How the run has ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) state: RunState,
    pub(super) took: Duration,
}

/// The state of a run.
#[derive(Debug, Default)]
pub(super) struct Live {
    pub(super) run: Option<Arc<RunInfo>>,
    pub(super) started: Option<SystemTime>,
    pub(super) end: Option<End>,
    pub(super) counts: Counts,
    /// The first failures.
    pub(super) failures: Vec<Failure>,
    pub(super) critical: Critical,
    /// How many tasks were told of.
    known: usize,
    /// Tasks that are ready or in a queue, and have not started.
    ready: HashMap<Key, WaitReason>,
    open: HashMap<Key, Open>,
    begun: usize,
}

impl Live {
    /// Adds an event.
    pub(super) fn add(&mut self, told: &Told) {
        match &told.what {
            What::RunStarted { run, tasks } => {
                self.run = Some(Arc::clone(run));
                // A run on a cluster may have been going on for a while.
                self.started = Some(match run.resumed {
                    true => told.at,
                    false => run.started,
                });
                self.known += tasks;
            }
            What::Waits { node, reason } => self.waits(node, *reason),
            What::Started { node, tasks } => self.begun(node, *tasks, told.at),
            What::Built { tasks } => self.known += tasks,
            What::AttemptStarted { node, attempt } => {
                if let Some(open) = self.open.get_mut(node.path.as_str()) {
                    open.phase = Phase::Runs;
                    open.attempt = *attempt;
                }
            }
            What::AttemptFailed { .. } => self.counts.attempts_failed += 1,
            What::Backoff {
                node,
                attempt,
                wait,
            } => {
                if let Some(open) = self.open.get_mut(node.path.as_str()) {
                    let until = told.at.checked_add(*wait).unwrap_or(told.at);
                    open.phase = Phase::Backoff { until };
                    open.attempt = *attempt;
                }
            }
            What::Ended {
                node,
                state,
                took,
                error,
            } => self.ended(node, *state, *took, error.as_ref()),
            What::Notice { .. } => {}
            What::RunEnded { run, state, took } => {
                self.run = Some(Arc::clone(run));
                self.end = Some(End {
                    state: *state,
                    took: *took,
                });
                self.ready.clear();
                self.open.clear();
            }
        }
    }

    fn waits(&mut self, node: &Arc<NodeInfo>, reason: WaitReason) {
        match self.open.get_mut(node.path.as_str()) {
            Some(open) => open.phase = Phase::Waits(reason),
            None => {
                self.critical.ready(node);
                if is_work(node) {
                    self.ready.insert(Key(Arc::clone(node)), reason);
                }
            }
        }
    }

    fn begun(&mut self, node: &Arc<NodeInfo>, tasks: usize, at: SystemTime) {
        self.known += tasks;
        self.critical.ready(node);
        if is_work(node) {
            self.ready.remove(node.path.as_str());
        }
        if let Some(map) = map_of(node)
            && let Some(map) = self.open.get_mut(map)
        {
            map.elements.begun += 1;
            if !is_work(node) {
                // Each has several tasks, and how many elements there are is not known.
                map.elements.all = 0;
            }
        }
        if is_work(node) || node.kind == NodeKind::Map {
            let open = Open {
                node: Arc::clone(node),
                began: at,
                order: self.begun,
                phase: Phase::Runs,
                attempt: 0,
                elements: Elements {
                    all: tasks,
                    ..Elements::default()
                },
            };
            self.open.insert(Key(Arc::clone(node)), open);
            self.begun += 1;
        }
    }

    fn ended(
        &mut self,
        node: &Arc<NodeInfo>,
        state: NodeState,
        took: Option<Duration>,
        error: Option<&Arc<str>>,
    ) {
        match took {
            Some(took) => self.critical.ended(node, took),
            None => self.critical.left(node),
        }
        if let Some(map) = map_of(node)
            && let Some(map) = self.open.get_mut(map)
        {
            map.elements.done += 1;
            map.elements.begun = map.elements.begun.max(map.elements.done);
        }
        self.open.remove(node.path.as_str());
        if !is_work(node) {
            return;
        }
        self.ready.remove(node.path.as_str());
        let count = match state {
            NodeState::Succeeded => &mut self.counts.ran,
            NodeState::Recalled(Recalled::Cached) => &mut self.counts.cached,
            NodeState::Recalled(_) => &mut self.counts.resumed,
            NodeState::Failed => &mut self.counts.failed,
            NodeState::Skipped | NodeState::Cancelled => &mut self.counts.skipped,
            _ => no_other_variant!(NodeState),
        };
        *count += 1;
        if let (NodeState::Failed, Some(error)) = (state, error)
            && self.failures.len() < FAILURES
        {
            self.failures.push(Failure {
                node: Arc::clone(node),
                took,
                error: Arc::clone(error),
            });
        }
    }

    /// The tasks, gates and maps that have started and not ended, in no order.
    pub(super) fn open(&self) -> impl Iterator<Item = &Open> {
        self.open.values()
    }

    /// How many tasks are known.
    pub(super) fn all(&self) -> usize {
        let open = self.open().filter(|open| is_work(&open.node)).count();
        self.known.max(self.counts.done() + open + self.ready.len())
    }

    /// How many tasks are ready and wait for a job, with the elements of maps that no job has taken.
    pub(super) fn waiting_for_jobs(&self) -> usize {
        let ready = self.ready.values();
        let ready = ready
            .filter(|reason| **reason == WaitReason::Permit)
            .count();
        let again = self
            .open()
            .filter(|open| open.phase == Phase::Waits(WaitReason::Permit));
        let left = self
            .open()
            .map(|open| open.elements.all.saturating_sub(open.elements.begun));
        // Those in the queue of a cluster are told of one by one.
        let queued = self
            .ready
            .iter()
            .filter(|(key, reason)| **reason != WaitReason::Permit && map_of(&key.0).is_some());
        ready + again.count() + left.sum::<usize>().saturating_sub(queued.count())
    }

    /// How many tasks are in the queue of a cluster.
    pub(super) fn queued(&self) -> usize {
        let ready = self.ready.values();
        let ready = ready.filter(|reason| **reason != WaitReason::Permit);
        let again = self
            .open()
            .filter(|open| open.phase == Phase::Waits(WaitReason::Queue));
        ready.count() + again.count()
    }
}
