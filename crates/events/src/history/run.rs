//! A run as recorded in its history.

use std::{
    collections::HashMap,
    fmt, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde_json::{Value as Json, json};

use super::{
    directory::{LOG, is_held},
    log::{Entry, Hash, Place, Reader, ValueFile},
    record::{AttemptFailed, Begun, Ended, Kind, NodeEnded, NodeStarted, Record, StoredValue},
};
use crate::events::time_text;
use flyte_core::types::{Literal, json_from_literal, wire};

/// The status of a run or of one of its nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RunStatus {
    /// A process works on it.
    Running,
    /// It returned its outputs.
    Succeeded,
    /// Its outputs were in the cache.
    Cached,
    /// It failed.
    Failed,
    /// It never started.
    Skipped,
    /// It was cancelled.
    Cancelled,
    /// Its process ended without recording how the run ended.
    Interrupted,
}

impl RunStatus {
    fn of(state: &str) -> Self {
        match state {
            "succeeded" => Self::Succeeded,
            "cached" => Self::Cached,
            "failed" => Self::Failed,
            "skipped" => Self::Skipped,
            "cancelled" => Self::Cancelled,
            _ => Self::Interrupted,
        }
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Cached => "cached",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        })
    }
}

/// A recorded run.
#[derive(Debug)]
pub struct RunRecord {
    id: String,
    entity: String,
    directory: PathBuf,
    status: RunStatus,
    started: SystemTime,
    ended: Option<SystemTime>,
    resumed: usize,
    error: Option<String>,
    inputs: StoredValues,
    outputs: StoredValues,
    nodes: Vec<NodeRecord>,
    damage: u64,
}

/// A node of a recorded run, as in its last execution.
#[derive(Debug)]
#[non_exhaustive]
pub struct NodeRecord {
    /// The ids of the nodes from the outermost workflow down to this one, as in
    /// [`NodeInfo`](crate::events::NodeInfo::path).
    pub path: String,
    /// The name of its entity.
    pub entity: String,
    /// Its kind, as [`NodeKind`](crate::events::NodeKind) is written.
    pub kind: String,
    /// Its status.
    pub status: RunStatus,
    /// When it started; `None` if it never did.
    pub started: Option<SystemTime>,
    /// When it ended.
    pub ended: Option<SystemTime>,
    /// The number of completed attempts in the last process that ran it.
    pub attempts: u32,
    /// The errors of attempts that were followed by another.
    pub failed_attempts: Vec<String>,
    /// The error, if it failed.
    pub error: Option<String>,
    /// Its inputs.
    pub inputs: StoredValues,
    /// Its outputs.
    pub outputs: StoredValues,
}

impl NodeRecord {
    /// How long it took.
    pub fn took(&self) -> Option<Duration> {
        self.ended?.duration_since(self.started?).ok()
    }
}

/// Recorded inputs or outputs, by name.
#[derive(Debug, Default)]
pub struct StoredValues {
    values: Vec<(String, Result<Literal, String>)>,
}

impl StoredValues {
    /// The name and literal of each, in order; an error if a value had no literal or can no longer be read.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Result<&Literal, &str>)> {
        let values = self.values.iter();
        values.map(|(name, value)| (&**name, value.as_ref().map_err(|problem| &**problem)))
    }

    /// The literal with this name, if it exists and can be read.
    pub fn get(&self, name: &str) -> Option<&Literal> {
        let (_, value) = self.iter().find(|(own, _)| *own == name)?;
        value.ok()
    }

    fn to_json(&self) -> Json {
        let values = self.iter().map(|(name, value)| {
            let value = match value {
                Ok(literal) => json_from_literal(literal)
                    .unwrap_or_else(|error| json!({"problem": error.to_string()})),
                Err(problem) => json!({"problem": problem}),
            };
            (name.to_owned(), value)
        });
        Json::Object(values.collect())
    }
}

/// The contents of the records, before values are read.
#[derive(Default)]
struct Told {
    nodes: Vec<ToldNode>,
    /// The position of each in the list.
    places: HashMap<String, usize>,
    outputs: Vec<StoredValue>,
    ended: Option<(SystemTime, RunStatus)>,
    error: Option<String>,
    resumed: usize,
}

struct ToldNode {
    record: NodeRecord,
    inputs: Vec<StoredValue>,
    outputs: Vec<StoredValue>,
}

impl Told {
    fn node(&mut self, path: &str, entity: String, kind: String) -> &mut ToldNode {
        let next = self.nodes.len();
        let place = *self.places.entry(path.to_owned()).or_insert(next);
        if place == next {
            self.nodes.push(ToldNode {
                record: NodeRecord {
                    path: path.to_owned(),
                    entity,
                    kind,
                    status: RunStatus::Running,
                    started: None,
                    ended: None,
                    attempts: 0,
                    failed_attempts: Vec::new(),
                    error: None,
                    inputs: StoredValues::default(),
                    outputs: StoredValues::default(),
                },
                inputs: Vec::new(),
                outputs: Vec::new(),
            });
        }
        &mut self.nodes[place]
    }

    fn take(&mut self, record: Record) {
        match record {
            Record::Resumed(_) => {
                self.resumed += 1;
                self.ended = None;
                self.error = None;
            }
            Record::NodeStarted(NodeStarted {
                node,
                entity,
                kind,
                at,
                inputs,
            }) => {
                let told = self.node(&node, entity, kind);
                told.record.status = RunStatus::Running;
                told.record.started = Some(at.time());
                told.record.ended = None;
                told.record.error = None;
                told.record.failed_attempts.clear();
                told.inputs = inputs;
                told.outputs.clear();
            }
            Record::AttemptFailed(AttemptFailed { node, error, .. }) => {
                if let Some(place) = self.places.get(&node) {
                    self.nodes[*place].record.failed_attempts.push(error);
                }
            }
            Record::NodeEnded(NodeEnded {
                node,
                entity,
                kind,
                at,
                state,
                attempts,
                outputs,
                error,
                ..
            }) => {
                let told = self.node(&node, entity, kind);
                told.record.status = RunStatus::of(&state);
                told.record.ended = Some(at.time());
                told.record.attempts = attempts;
                told.record.error = error;
                told.outputs = outputs;
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
            Record::Run(_) => {}
        }
    }
}

impl RunRecord {
    /// Reads the run without nodes and values.
    pub(super) fn summary(directory: &Path) -> io::Result<Self> {
        Self::of(directory, false)
    }

    pub(super) fn read(directory: &Path) -> io::Result<Self> {
        Self::of(directory, true)
    }

    fn of(directory: &Path, whole: bool) -> io::Result<Self> {
        let is_running = is_held(directory)?;
        let wanted = match whole {
            true => |_: Kind| true,
            false => |kind| matches!(kind, Kind::Run | Kind::Resumed | Kind::Ended),
        };
        let mut reader = Reader::open(&directory.join(LOG), wanted)?;
        let (mut told, mut values, mut first) = (Told::default(), HashMap::new(), None);
        while let Some(entry) = reader.next()? {
            match entry {
                Entry::Value(hash, place) => {
                    values.insert(hash, place);
                }
                Entry::Record(Record::Run(begun)) => first = Some(*begun),
                Entry::Record(record) => told.take(record),
            }
        }
        let Some(Begun {
            id,
            entity,
            started,
            inputs,
            ..
        }) = first
        else {
            return Err(reader.no_run());
        };
        let damage = reader.damage();
        let file = reader.into_values()?;
        let read = |stored: Vec<StoredValue>| {
            let stored = if whole { stored } else { Vec::new() };
            literals(&file, &values, stored)
        };
        let nodes = told.nodes.into_iter().map(|told| {
            let mut node = told.record;
            node.inputs = read(told.inputs);
            node.outputs = read(told.outputs);
            if node.status == RunStatus::Running && !is_running {
                node.status = RunStatus::Interrupted;
            }
            node
        });
        let nodes = nodes.collect();
        let (ended, status) = match told.ended {
            Some((ended, status)) => (Some(ended), status),
            None if is_running => (None, RunStatus::Running),
            None => (None, RunStatus::Interrupted),
        };
        Ok(Self {
            id,
            entity,
            directory: directory.to_owned(),
            status,
            started: started.time(),
            ended,
            resumed: told.resumed,
            error: told.error,
            inputs: read(inputs),
            outputs: read(told.outputs),
            nodes,
            damage,
        })
    }

    /// The id of the run.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name of the entity.
    pub fn entity(&self) -> &str {
        &self.entity
    }

    /// The directory of the run.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The status of the run.
    pub fn status(&self) -> RunStatus {
        self.status
    }

    /// When it was first started.
    pub fn started(&self) -> SystemTime {
        self.started
    }

    /// When it last ended.
    pub fn ended(&self) -> Option<SystemTime> {
        self.ended
    }

    /// How often the run was resumed.
    pub fn resumed(&self) -> usize {
        self.resumed
    }

    /// The number of bytes at the end of its log that were changed after they were written, so that their contents are
    /// lost; a process that is killed does not cause any.
    pub fn damage(&self) -> u64 {
        self.damage
    }

    /// Its first failure, if it failed.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// The inputs with which it was started; empty in a list of runs.
    pub fn inputs(&self) -> &StoredValues {
        &self.inputs
    }

    /// Its outputs; empty in a list of runs.
    pub fn outputs(&self) -> &StoredValues {
        &self.outputs
    }

    /// Its nodes in the order in which they were first started or skipped; empty in a list of runs.
    pub fn nodes(&self) -> &[NodeRecord] {
        &self.nodes
    }

    /// A node by its path.
    pub fn node(&self, path: &str) -> Option<&NodeRecord> {
        self.nodes.iter().find(|node| node.path == path)
    }

    /// The run as JSON, without nodes and values in a list of runs.
    pub fn to_json(&self) -> Json {
        let text = |time: Option<SystemTime>| time.map(time_text);
        let mut json = json!({
            "id": self.id,
            "entity": self.entity,
            "status": self.status.to_string(),
            "started": text(Some(self.started)),
            "ended": text(self.ended),
            "resumed": self.resumed,
            "error": self.error,
            "directory": self.directory,
        });
        let nodes = self.nodes.iter().map(|node| {
            json!({
                "node": node.path,
                "entity": node.entity,
                "kind": node.kind,
                "status": node.status.to_string(),
                "started": text(node.started),
                "ended": text(node.ended),
                "attempts": node.attempts,
                "failed_attempts": node.failed_attempts,
                "error": node.error,
                "inputs": node.inputs.to_json(),
                "outputs": node.outputs.to_json(),
            })
        });
        if !self.nodes.is_empty() || !self.inputs.values.is_empty() {
            json["inputs"] = self.inputs.to_json();
            json["outputs"] = self.outputs.to_json();
            json["nodes"] = nodes.collect();
        }
        json
    }
}

fn literals(
    file: &ValueFile,
    places: &HashMap<Hash, Place>,
    stored: Vec<StoredValue>,
) -> StoredValues {
    let values = stored.into_iter().map(|stored| {
        let literal = match stored.value.as_deref().map(Hash::from_hex) {
            None => Err(stored.problem.unwrap_or_default()),
            Some(hash) => {
                let place = hash.and_then(|hash| Some((hash, *places.get(&hash)?)));
                place
                    .ok_or_else(|| "it is not in the file".to_owned())
                    .and_then(|(hash, place)| {
                        file.read(&hash, place).map_err(|error| error.to_string())
                    })
                    .and_then(|bytes| wire::decode(&bytes).map_err(|error| error.to_string()))
            }
        };
        (stored.name, literal)
    });
    StoredValues {
        values: values.collect(),
    }
}
