//! The state of a run at a time: all events up to then, added up.

use std::{
    iter::successors,
    sync::Arc,
    time::{Duration, SystemTime},
};

use flyte_core::no_other_variant;
use flyte_events::events::{NodeKind, NodeState, Recalled, RunInfo, RunState, WaitReason};

use super::{
    critical::{Critical, Place, Step},
    nodes::Nodes,
    told::{Node, Told, What, parent},
};

/// How many failures are kept for the display; the others are counted.
const FAILURES: usize = 64;

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
#[derive(Clone, Copy, Debug)]
pub(super) struct Open<'l> {
    pub(super) node: Node<'l>,
    pub(super) does: &'l Does,
}

/// What an open node does, and since when.
#[derive(Clone, Debug)]
pub(super) struct Does {
    pub(super) began: SystemTime,
    /// How many had begun before.
    pub(super) order: usize,
    pub(super) phase: Phase,
    /// The attempt that runs or is next, counted from zero.
    pub(super) attempt: u32,
    pub(super) elements: Elements,
}

/// A node that has not ended.
#[derive(Debug)]
struct Known {
    /// The number of its entity.
    entity: u32,
    kind: NodeKind,
    /// Where the critical path has it.
    place: Option<Place>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// A task that is ready or in a queue, and has not started.
    Ready(WaitReason),
    Open(Does),
    /// It only contains others.
    Around,
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
    pub(super) path: String,
    pub(super) entity: String,
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
    /// The nodes that are ready or have started, and have not ended.
    nodes: Nodes<Known>,
    begun: usize,
}

impl Live {
    /// Adds an event.
    pub(super) fn add(&mut self, told: &Told<'_>) {
        let node = told.node;
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
            What::Waits(reason) => self.waits(node, *reason),
            What::Started { tasks } => self.begun(node, *tasks, told.at),
            What::Built { tasks } => self.known += tasks,
            What::AttemptStarted { attempt } => {
                if let Some(does) = self.does(node.path) {
                    does.phase = Phase::Runs;
                    does.attempt = *attempt;
                }
            }
            What::AttemptFailed { .. } => self.counts.attempts_failed += 1,
            What::Backoff { attempt, wait } => {
                if let Some(does) = self.does(node.path) {
                    let until = told.at.checked_add(*wait).unwrap_or(told.at);
                    does.phase = Phase::Backoff { until };
                    does.attempt = *attempt;
                }
            }
            What::Ended { state, took, error } => self.ended(node, *state, *took, error.as_ref()),
            What::Notice { .. } => {}
            What::RunEnded { run, state, took } => {
                self.run = Some(Arc::clone(run));
                self.end = Some(End {
                    state: *state,
                    took: *took,
                });
                self.nodes.clear();
            }
        }
    }

    /// Notes what a node does from now on; a new one is ready from now on.
    fn set(&mut self, node: Node<'_>, stage: Stage) {
        match self.nodes.get_mut(node.path) {
            Some(known) => known.stage = stage,
            None => {
                let entity = self.critical.entities.number(node.entity);
                let place = self.critical.ready(node, entity);
                let known = Known {
                    entity,
                    kind: node.kind,
                    place,
                    stage,
                };
                self.nodes.add(node.path, known);
            }
        }
    }

    fn waits(&mut self, node: Node<'_>, reason: WaitReason) {
        if let Some(does) = self.does(node.path) {
            does.phase = Phase::Waits(reason);
        } else {
            let stage = match node.is_work() {
                true => Stage::Ready(reason),
                false => Stage::Around,
            };
            self.set(node, stage);
        }
    }

    fn begun(&mut self, node: Node<'_>, tasks: usize, at: SystemTime) {
        self.known += tasks;
        if let Some(map) = self.map_around(node) {
            map.elements.begun += 1;
            if !node.is_work() {
                // Each has several tasks, and how many elements there are is not known.
                map.elements.all = 0;
            }
        }
        let stage = match node.is_work() || node.kind == NodeKind::Map {
            true => Stage::Open(Does {
                began: at,
                order: self.begun,
                phase: Phase::Runs,
                attempt: 0,
                elements: Elements {
                    all: tasks,
                    ..Elements::default()
                },
            }),
            false => Stage::Around,
        };
        self.begun += usize::from(matches!(stage, Stage::Open(_)));
        self.set(node, stage);
    }

    fn ended(
        &mut self,
        node: Node<'_>,
        state: NodeState,
        took: Option<Duration>,
        error: Option<&Arc<str>>,
    ) {
        let known = self.nodes.remove(node.path);
        if let Some(took) = took {
            let place = known.and_then(|known| known.place);
            self.critical.ended(place, node, took);
        }
        if let Some(map) = self.map_around(node) {
            map.elements.done += 1;
            map.elements.begun = map.elements.begun.max(map.elements.done);
        }
        if !node.is_work() {
            return;
        }
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
                path: node.path.to_owned(),
                entity: node.entity.to_owned(),
                took,
                error: Arc::clone(error),
            });
        }
    }

    /// The open map of which a node is an element.
    fn map_around(&mut self, node: Node<'_>) -> Option<&mut Does> {
        self.does(node.map()?)
    }

    /// What an open node does.
    fn does(&mut self, path: &str) -> Option<&mut Does> {
        match &mut self.nodes.get_mut(path)?.stage {
            Stage::Open(does) => Some(does),
            _ => None,
        }
    }

    /// The tasks, gates and maps that have started and not ended, in no order.
    pub(super) fn open(&self) -> impl Iterator<Item = Open<'_>> {
        self.nodes
            .iter()
            .filter_map(|(path, known)| match &known.stage {
                Stage::Open(does) => {
                    let entity = self.critical.entities.name(known.entity);
                    let kind = known.kind;
                    let node = Node { path, entity, kind };
                    Some(Open { node, does })
                }
                _ => None,
            })
    }

    /// What those wait for that are ready or in a queue, and have not started.
    fn ready(&self) -> impl Iterator<Item = WaitReason> {
        self.nodes
            .iter()
            .filter_map(|(_, known)| match known.stage {
                Stage::Ready(reason) => Some(reason),
                _ => None,
            })
    }

    /// The last steps of the critical path to a node that runs, without the node, and how many there are.
    pub(super) fn path_to(&self, node: Node<'_>, most: usize) -> (Vec<Step<'_>>, usize) {
        let around = successors(Some(node.path), |path| parent(path));
        let places = around.filter_map(|path| self.nodes.get(path)?.place);
        self.critical.to(places, most)
    }

    /// How many tasks are known.
    pub(super) fn all(&self) -> usize {
        let open = self.open().filter(|open| open.node.is_work()).count();
        let seen = self.counts.done() + open + self.ready().count();
        self.known.max(seen)
    }

    /// How many tasks are ready and wait for a job, with the elements of maps that no job has taken.
    pub(super) fn waiting_for_jobs(&self) -> usize {
        let ready = self.ready().filter(|reason| *reason == WaitReason::Permit);
        let again = self
            .open()
            .filter(|open| open.does.phase == Phase::Waits(WaitReason::Permit));
        let left = self.open().map(|Open { does, .. }| {
            let Elements { all, begun, .. } = does.elements;
            all.saturating_sub(begun)
        });
        // Those in the queue of a cluster are told of one by one.
        let queued = self.nodes.iter().filter(|(path, known)| match known.stage {
            Stage::Ready(reason) => reason != WaitReason::Permit && path.ends_with(']'),
            _ => false,
        });
        let left = left.sum::<usize>().saturating_sub(queued.count());
        ready.count() + again.count() + left
    }

    /// How many tasks are in the queue of a cluster.
    pub(super) fn queued(&self) -> usize {
        let queued = self.ready().filter(|reason| *reason != WaitReason::Permit);
        let again = self
            .open()
            .filter(|open| open.does.phase == Phase::Waits(WaitReason::Queue));
        queued.count() + again.count()
    }
}
