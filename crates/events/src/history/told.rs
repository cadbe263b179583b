//! What the records of a run say, before values are read.

use std::{
    collections::{HashMap, hash_map::Entry},
    time::{Duration, SystemTime},
};

use super::{
    graph::RecordedGraph,
    log::Hash,
    node::{AttemptRecord, CacheRecord, NodeRecord, WaitRecord},
    record::{Begun, Ended, Record},
    rows::{Row, Rows, Told},
    run::{RunStatus, StoredValues},
    stored::StoredValue,
};

/// The contents of the records.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) begun: Option<Begun>,
    pub(super) nodes: Vec<ToldNode>,
    /// The position of each in the list.
    places: HashMap<String, usize>,
    pub(super) outputs: Vec<StoredValue>,
    pub(super) ended: Option<(SystemTime, RunStatus)>,
    pub(super) error: Option<String>,
    pub(super) resumed: usize,
    pub(super) resumed_at: Option<SystemTime>,
    pub(super) graphs: Vec<RecordedGraph>,
    /// The values of the log so far.
    pub(super) values: Vec<Hash>,
    rows: Rows,
}

/// A node without its values.
pub(super) struct ToldNode {
    pub(super) record: NodeRecord,
    pub(super) inputs: Vec<StoredValue>,
    pub(super) outputs: Vec<StoredValue>,
    /// When it was first started or skipped.
    pub(super) first: i64,
}

/// A time of a row.
pub(super) fn time(nanoseconds: i64) -> SystemTime {
    let length = Duration::from_nanos(nanoseconds.unsigned_abs());
    let time = match nanoseconds < 0 {
        true => SystemTime::UNIX_EPOCH.checked_sub(length),
        false => SystemTime::UNIX_EPOCH.checked_add(length),
    };
    time.unwrap_or(SystemTime::UNIX_EPOCH)
}

impl Contents {
    pub(super) fn take(&mut self, record: Record) {
        match record {
            Record::Run(begun) => self.begun = Some(*begun),
            Record::Resumed(resumed) => {
                self.resumed += 1;
                self.resumed_at = Some(resumed.at.time());
                self.ended = None;
                self.error = None;
            }
            Record::Graph(told) => {
                for graph in told.graphs {
                    // A dynamic task that runs again may build another graph.
                    if graph.built_by.is_some() {
                        self.graphs.retain(|other| other.built_by != graph.built_by);
                    }
                    self.graphs.push(graph);
                }
            }
            Record::Ended(Ended {
                at,
                state,
                outputs,
                error,
            }) => {
                self.ended = Some((at.time(), RunStatus::of(&state)));
                self.outputs = outputs;
                self.error = error;
            }
        }
    }

    /// What has happened to nodes; `None` if that makes no sense.
    pub(super) fn take_rows(&mut self, bytes: &[u8]) -> Option<()> {
        let mut rows = std::mem::take(&mut self.rows);
        let values = std::mem::take(&mut self.values);
        let read = rows.read(bytes, &values, &mut |row| self.row(row));
        self.rows = rows;
        self.values = values;
        read
    }

    /// The status of each node, as far as it is recorded.
    pub(super) fn statuses(&self) -> impl Iterator<Item = RunStatus> {
        self.nodes.iter().map(|node| node.record.status)
    }

    fn row(&mut self, row: Row) {
        let Row {
            path,
            entity,
            kind,
            told,
        } = row;
        let first = match &told {
            Told::Started { at, .. } | Told::Ended { at, .. } => *at,
            _ => i64::MAX,
        };
        let node = match self.places.entry(path) {
            Entry::Occupied(place) => &mut self.nodes[*place.get()],
            Entry::Vacant(place) => {
                let record = NodeRecord::new(place.key().clone(), &entity, kind);
                place.insert(self.nodes.len());
                self.nodes.push(ToldNode {
                    record,
                    inputs: Vec::new(),
                    outputs: Vec::new(),
                    first,
                });
                let last = self.nodes.len() - 1;
                &mut self.nodes[last]
            }
        };
        node.first = node.first.min(first);
        node.take(told);
    }
}

impl ToldNode {
    fn take(&mut self, told: Told) {
        let record = &mut self.record;
        match told {
            Told::Started { at, inputs, .. } => {
                record.status = RunStatus::Running;
                record.started = Some(time(at));
                record.ended = None;
                record.error = None;
                record.failed_attempts.clear();
                record.tried.clear();
                record.cache = None;
                record.waits.clear();
                self.inputs = inputs;
                self.outputs.clear();
            }
            Told::AttemptStarted { attempt, at } => {
                record.attempt(attempt).started = Some(time(at));
            }
            Told::AttemptEnded { attempt, at, error } => {
                let tried = record.attempt(attempt);
                tried.ended = Some(time(at));
                tried.error.clone_from(&error);
                record.failed_attempts.extend(error);
            }
            Told::Ended {
                at,
                state,
                attempts,
                outputs,
                error,
            } => {
                record.status = RunStatus::of(state);
                record.ended = Some(time(at));
                record.attempts = attempts;
                record.error = error;
                self.outputs = outputs;
            }
            Told::Wait { at, reason } => record.waits.push(WaitRecord {
                started: time(at),
                reason: reason.to_owned(),
            }),
            Told::Cache { key, hit, why } => record.cache = Some(CacheRecord { key, hit, why }),
            Told::Lines {
                attempt,
                left_out,
                lines,
            } => record.attempt(attempt).lines.add(left_out, &lines),
            Told::Deck { attempt, file } => record.attempt(attempt).deck = Some(file.into()),
        }
    }
}

impl NodeRecord {
    fn new(path: String, entity: &str, kind: &str) -> Self {
        Self {
            path,
            entity: entity.to_owned(),
            kind: kind.to_owned(),
            status: RunStatus::Running,
            ready: None,
            started: None,
            ended: None,
            attempts: 0,
            tried: Vec::new(),
            failed_attempts: Vec::new(),
            error: None,
            cache: None,
            waits: Vec::new(),
            sources: Vec::new(),
            inputs: StoredValues::default(),
            outputs: StoredValues::default(),
        }
    }

    /// An attempt by its number; they are in order.
    fn attempt(&mut self, number: u32) -> &mut AttemptRecord {
        let place = self
            .tried
            .binary_search_by_key(&number, |tried| tried.number);
        let place = place.unwrap_or_else(|place| {
            self.tried.insert(place, AttemptRecord::new(number));
            place
        });
        &mut self.tried[place]
    }
}
