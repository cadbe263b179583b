//! What a display needs of an event: everything but the values, which would be kept alive by it, and of the description
//! of the node only what is shown.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use flyte_events::events::{
    Event, EventKind, NodeInfo, NodeKind, NodeState, RunInfo, RunState, WaitReason,
};
use rustc_hash::FxHashMap;

/// An event without its values.
#[derive(Clone, Debug)]
pub(super) struct Told<'t> {
    pub(super) at: SystemTime,
    /// Without a path, if the event is about no node.
    pub(super) node: Node<'t>,
    pub(super) what: What,
}

/// A node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'t> {
    pub(super) path: &'t str,
    pub(super) entity: &'t str,
    pub(super) kind: NodeKind,
}

impl<'t> Node<'t> {
    const NONE: Node<'static> = Node {
        path: "",
        entity: "",
        kind: NodeKind::Workflow,
    };

    fn of(node: &'t NodeInfo) -> Self {
        Self {
            path: &node.path,
            entity: &node.entity,
            kind: node.kind,
        }
    }

    /// Whether it does work itself, and does not only contain others.
    pub(super) fn is_work(self) -> bool {
        matches!(self.kind, NodeKind::Task | NodeKind::Gate)
    }

    /// The map of which it is an element.
    pub(super) fn map(self) -> Option<&'t str> {
        match self.path.ends_with(']') {
            true => parent(self.path),
            false => None,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) enum What {
    RunStarted {
        run: Arc<RunInfo>,
        tasks: usize,
    },
    Waits(WaitReason),
    Started {
        tasks: usize,
    },
    Built {
        tasks: usize,
    },
    AttemptStarted {
        attempt: u32,
    },
    AttemptFailed {
        attempt: u32,
        error: Arc<str>,
        is_last: bool,
    },
    Backoff {
        attempt: u32,
        wait: Duration,
    },
    Ended {
        state: NodeState,
        took: Option<Duration>,
        error: Option<Arc<str>>,
    },
    Notice {
        message: String,
    },
    RunEnded {
        run: Arc<RunInfo>,
        state: RunState,
        took: Duration,
    },
}

impl<'t> Told<'t> {
    /// `None` for an event that changes nothing in a display.
    pub(super) fn of(event: &'t Event) -> Option<Self> {
        let (node, what) = match &event.kind {
            EventKind::RunStarted { tasks, .. } => {
                let run = Arc::clone(&event.run);
                (None, What::RunStarted { run, tasks: *tasks })
            }
            EventKind::WaitStarted { node, reason } => (Some(node), What::Waits(*reason)),
            EventKind::NodeStarted { node, tasks, .. } => {
                (Some(node), What::Started { tasks: *tasks })
            }
            EventKind::GraphBuilt { node, tasks } => (Some(node), What::Built { tasks: *tasks }),
            EventKind::AttemptStarted { node, attempt, .. } => {
                (Some(node), What::AttemptStarted { attempt: *attempt })
            }
            EventKind::AttemptEnded {
                node,
                attempt,
                error: Some(error),
                next,
                ..
            } => {
                let failed = What::AttemptFailed {
                    attempt: *attempt,
                    error: Arc::clone(error),
                    is_last: next.is_none(),
                };
                (Some(node), failed)
            }
            EventKind::BackoffStarted {
                node,
                attempt,
                wait,
            } => {
                let (attempt, wait) = (*attempt, *wait);
                (Some(node), What::Backoff { attempt, wait })
            }
            EventKind::NodeEnded {
                node,
                state,
                took,
                error,
                ..
            } => {
                let ended = What::Ended {
                    state: *state,
                    took: *took,
                    error: error.clone(),
                };
                (Some(node), ended)
            }
            EventKind::Notice { node, message } => {
                let message = message.clone();
                (node.as_ref(), What::Notice { message })
            }
            EventKind::RunEnded { state, took, .. } => {
                let ended = What::RunEnded {
                    run: Arc::clone(&event.run),
                    state: *state,
                    took: *took,
                };
                (None, ended)
            }
            // Unknown kinds of events are not displayed.
            _ => return None,
        };
        Some(Self {
            at: event.at,
            node: node.map_or(Node::NONE, |node| Node::of(node)),
            what,
        })
    }
}

/// Several events, one behind the other, without a description of any node: so its memory is used again at once for the
/// next node, by the thread that runs it.
#[derive(Debug, Default)]
pub(super) struct Notes {
    notes: Vec<Note>,
    /// The paths of their nodes, one behind the other.
    paths: String,
    entities: Entities,
}

#[derive(Debug)]
struct Note {
    at: SystemTime,
    what: What,
    /// How long the path is.
    path: usize,
    entity: u32,
    kind: NodeKind,
}

impl Notes {
    pub(super) fn push(&mut self, told: Told<'_>) {
        let Told { at, node, what } = told;
        self.paths += node.path;
        self.notes.push(Note {
            at,
            what,
            path: node.path.len(),
            entity: self.entities.number(node.entity),
            kind: node.kind,
        });
    }

    pub(super) fn len(&self) -> usize {
        self.notes.len()
    }

    /// Takes all out, in the order in which they came.
    pub(super) fn drain(&mut self, mut take: impl FnMut(&Told<'_>)) {
        let mut paths = self.paths.as_str();
        for note in self.notes.drain(..) {
            let (path, rest) = paths.split_at(note.path);
            paths = rest;
            take(&Told {
                at: note.at,
                node: Node {
                    path,
                    entity: self.entities.name(note.entity),
                    kind: note.kind,
                },
                what: note.what,
            });
        }
        self.paths.clear();
    }
}

/// The names of entities, by numbers. A program has few.
#[derive(Debug, Default)]
pub(super) struct Entities {
    names: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, u32>,
    last: u32,
}

impl Entities {
    pub(super) fn number(&mut self, name: &str) -> u32 {
        // Mostly it is that of the event before.
        if self
            .names
            .get(self.last as usize)
            .is_some_and(|last| **last == *name)
        {
            return self.last;
        }
        let next = self.names.len() as u32;
        self.last = match self.numbers.get(name) {
            Some(&number) => number,
            None => {
                self.names.push(name.into());
                self.numbers.insert(name.into(), next);
                next
            }
        };
        self.last
    }

    pub(super) fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", |name| name)
    }
}

/// The path of the node around another.
pub(super) fn parent(path: &str) -> Option<&str> {
    let end = match path.strip_suffix(']') {
        Some(element) => element.rfind('['),
        // Faster than a search in text, because paths are short.
        None => path.bytes().rposition(|byte| byte == b'/'),
    };
    end.map(|end| &path[..end])
}
