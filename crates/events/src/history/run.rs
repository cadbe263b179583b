//! A run as recorded in its history.

use std::{
    collections::HashMap,
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use serde_json::{Value as Json, json};

use super::{
    directory::{LOG, is_held},
    graph::RecordedGraph,
    log::{Entry, Hash, Place, Reader, ValueFile},
    node::NodeRecord,
    origin::RunOrigin,
    ready,
    record::{Begun, Kind},
    stored::{Held, StoredValue},
    ticker,
    told::Contents,
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
    pub(super) fn of(state: &str) -> Self {
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

impl RunStatus {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Cached => "cached",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
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
    /// The position of each node in the list, by its path.
    places: HashMap<String, usize>,
    graphs: Vec<RecordedGraph>,
    damage: u64,
    origin: Option<RunOrigin>,
}

/// Recorded inputs or outputs, by name.
#[derive(Debug, Default)]
pub struct StoredValues {
    values: Vec<(Arc<str>, Result<Literal, String>)>,
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

    pub(super) fn to_json(&self) -> Json {
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

impl RunRecord {
    /// Reads the run without nodes and values.
    pub(super) fn summary(directory: &Path) -> io::Result<Self> {
        Self::of(directory, false)
    }

    pub(super) fn read(directory: &Path) -> io::Result<Self> {
        Self::of(directory, true)
    }

    fn of(directory: &Path, whole: bool) -> io::Result<Self> {
        ticker::hand_over(directory);
        let is_running = is_held(directory)?;
        let wanted = match whole {
            true => |_: Kind| true,
            false => |kind| matches!(kind, Kind::Run | Kind::Resumed | Kind::Ended),
        };
        let mut reader = Reader::open(&directory.join(LOG), wanted)?;
        let (mut told, mut places) = (Contents::default(), HashMap::new());
        while let Some(entry) = reader.next()? {
            match entry {
                Entry::Value(hash, place) => {
                    places.insert(hash, place);
                    told.values.push(hash);
                }
                Entry::Record(record) => told.take(record),
                Entry::Rows(rows) => {
                    if told.take_rows(&rows).is_none() {
                        reader.refuse();
                        break;
                    }
                }
            }
        }
        let Some(Begun {
            id,
            entity,
            started,
            inputs,
            origin,
            ..
        }) = told.begun.take()
        else {
            return Err(reader.no_run());
        };
        let damage = reader.damage();
        let file = reader.into_values()?;
        let read = |stored: Vec<StoredValue>| {
            let stored = if whole { stored } else { Vec::new() };
            literals(&file, &places, stored)
        };
        let (ended, status) = match told.ended {
            Some((ended, status)) => (Some(ended), status),
            None if is_running => (None, RunStatus::Running),
            None => (None, RunStatus::Interrupted),
        };
        let (started, error, resumed) = (started.time(), told.error.take(), told.resumed);
        let outputs = read(std::mem::take(&mut told.outputs));
        let graphs = std::mem::take(&mut told.graphs);
        let mut nodes: Vec<_> = told.nodes.into_iter().collect();
        nodes.sort_by_key(|node| node.first);
        let nodes = nodes.into_iter().map(|told| {
            let mut node = told.record;
            node.inputs = read(told.inputs);
            node.outputs = read(told.outputs);
            if node.status == RunStatus::Running && !is_running {
                node.status = RunStatus::Interrupted;
            }
            node
        });
        let mut nodes: Vec<_> = nodes.collect();
        let places = (0..).zip(&nodes);
        let places = places.map(|(place, node)| (node.path.clone(), place));
        let places = places.collect();
        ready::put(
            &mut nodes,
            &places,
            &graphs,
            &entity,
            told.resumed_at.unwrap_or(started),
        );
        Ok(Self {
            id,
            entity,
            directory: directory.to_owned(),
            status,
            started,
            ended,
            resumed,
            error,
            inputs: read(inputs),
            outputs,
            nodes,
            places,
            graphs,
            damage,
            origin,
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

    /// The execution that it was brought from, if it did not begin on this machine.
    pub fn origin(&self) -> Option<&RunOrigin> {
        self.origin.as_ref()
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
        self.nodes.get(*self.places.get(path)?)
    }

    /// The graphs of the run: that of its entity, of the workflows in it, and those that tasks have built or called, in
    /// the order in which they were known. Empty in a list of runs.
    pub fn graphs(&self) -> &[RecordedGraph] {
        &self.graphs
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
        if let Some(origin) = &self.origin {
            // Its keys are text, which is all that could fail.
            json["origin"] = serde_json::to_value(origin).unwrap_or_default();
        }
        let nodes = self.nodes.iter().map(NodeRecord::to_json);
        if !self.nodes.is_empty() || !self.inputs.values.is_empty() {
            json["inputs"] = self.inputs.to_json();
            json["outputs"] = self.outputs.to_json();
            json["nodes"] = nodes.collect();
            // Its keys are text, which is all that could fail.
            json["graphs"] = serde_json::to_value(&self.graphs).unwrap_or_default();
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
        let bytes = match stored.held {
            Held::Here(bytes) => Ok(bytes),
            Held::There(hash) => places
                .get(&hash)
                .ok_or_else(|| "it is not in the file".to_owned())
                .and_then(|place| {
                    let read = file.read(&hash, *place);
                    read.map_err(|error| error.to_string())
                }),
            Held::Lost(problem) => Err(problem),
        };
        let literal = bytes.and_then(|bytes| {
            let literal = wire::decode(&bytes);
            literal.map_err(|error| error.to_string())
        });
        (stored.name, literal)
    });
    StoredValues {
        values: values.collect(),
    }
}
