//! Records the events of a run while it runs.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fmt,
    fs::File,
    io,
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use super::{
    HistoryError, ResumeError,
    directory::{FILES, LOG, Place, keep_damaged},
    encode::{self, Encoded, Memo},
    files::StoredFile,
    log::{Hash, Writer},
    program::Program,
    record::{
        AttemptFailed, Begun, Ended, Moment, NodeEnded, NodeStarted, Record, Resumed, StoredValue,
    },
};
use crate::{
    events::{Event, EventKind, NodeInfo, NodeKind, NodeState, Recalled, RunState, Values},
    history::{
        deferred::{Unwritten, Walked},
        recorded::{Known, KnownNode},
    },
};
use flyte_config::private;
use flyte_core::{
    graph::{Graph, entity::EntityDescriptor},
    lock::lock,
    types::Value,
};

/// The history of one run while it is written.
pub struct Recording {
    id: String,
    directory: PathBuf,
    started: SystemTime,
    known: Option<Known>,
    memo: Memo,
    /// The inputs of nodes that have started and not ended, by path.
    open: Mutex<HashMap<String, Given>>,
    /// The nodes whose outputs are recalled, until they have ended.
    recalled: Mutex<HashSet<String>>,
    walked: Walked,
    /// Whether the run had already ended, and nothing of it runs again.
    is_known: AtomicBool,
    /// `None` after writing has failed.
    writing: Mutex<Option<Writing>>,
    /// Problems that have not been reported yet.
    problems: Mutex<VecDeque<String>>,
    /// The lock that keeps other processes from resuming the run; released when the run has ended.
    held: Mutex<Option<File>>,
}

struct Writing {
    writer: Writer,
    /// The values in the file.
    written: HashSet<Hash>,
}

/// The inputs of a node.
#[derive(Default)]
struct Given {
    /// Their hash.
    key: Option<Hash>,
    files: Vec<StoredFile>,
}

/// Inputs and outputs to write.
struct Stored {
    values: Vec<StoredValue>,
    bytes: Vec<(Hash, Vec<u8>)>,
}

impl Recording {
    /// Begins recording a run, in a directory that other processes see when it says what is run; `None` if another run
    /// has its name.
    pub(super) fn begin(
        place: Place,
        graph: &Graph,
        inputs: &Values,
        started: SystemTime,
    ) -> Result<Option<Self>, HistoryError> {
        let failed = |error| HistoryError::io(&place.directory, error);
        let writer = Writer::create(&place.made.join(LOG)).map_err(failed)?;
        let recording = Self {
            started: Moment::of(started).time(),
            known: None,
            memo: Memo::default(),
            open: Mutex::default(),
            recalled: Mutex::default(),
            walked: Walked::default(),
            is_known: AtomicBool::new(false),
            writing: Mutex::new(Some(Writing {
                writer,
                written: HashSet::new(),
            })),
            problems: Mutex::default(),
            held: Mutex::default(),
            id: place.id.clone(),
            directory: place.directory.clone(),
        };
        let (stored, _) = recording.store(inputs, Files::Passed);
        let Stored { values, bytes } = stored;
        recording.write(
            bytes,
            Record::Run(Box::new(Begun {
                id: recording.id.clone(),
                entity: graph.entity().name().to_owned(),
                started: Moment::of(started),
                runtime: env!("CARGO_PKG_VERSION").to_owned(),
                program: Program::of(graph),
                inputs: values,
            })),
        );
        if let Some(problem) = recording.problem() {
            return Err(failed(io::Error::other(problem)));
        }
        let directory = place.directory.clone();
        let held = place
            .publish()
            .map_err(|error| HistoryError::io(&directory, error))?;
        let is_published = held.is_some();
        *lock(&recording.held) = held;
        Ok(is_published.then_some(recording))
    }

    /// Resumes a run that ended early.
    pub(super) fn go_on(
        directory: PathBuf,
        held: File,
        known: Known,
        graph: &Graph,
        inputs: &Values,
    ) -> Result<Self, ResumeError> {
        let id = known.start.id.clone();
        if let Some(what) = known.start.difference(graph, inputs) {
            return Err(ResumeError::Differs { id, what });
        }
        let failed = |error| HistoryError::io(&directory, error);
        let mut file = private::open_to_add(&directory.join(LOG)).map_err(failed)?;
        let damage = known.damage;
        // What comes behind may still be of use to the user.
        let kept = match damage {
            0 => None,
            _ => Some(keep_damaged(&directory, &mut file).map_err(failed)?),
        };
        let writer = Writer::go_on(file, known.whole).map_err(failed)?;
        let written = known.hashes().collect();
        let recording = Self {
            started: known.start.started,
            id,
            known: Some(known),
            memo: Memo::default(),
            open: Mutex::default(),
            recalled: Mutex::default(),
            walked: Walked::default(),
            is_known: AtomicBool::new(false),
            writing: Mutex::new(Some(Writing { writer, written })),
            problems: Mutex::default(),
            held: Mutex::new(Some(held)),
            directory,
        };
        // A run that already has its outputs is only read, so nothing is written.
        if recording
            .known
            .as_ref()
            .is_some_and(|known| known.outputs.is_none())
        {
            recording.resumed();
        }
        if let Some(kept) = kept {
            recording.tell(format!(
                "the history of the run is damaged, and its last {damage} bytes are not used: what they tell of runs \
                 again; {} has them",
                kept.display()
            ));
        }
        Ok(recording)
    }

    /// Queues a problem, which is reported with the next event.
    pub(super) fn tell(&self, problem: String) {
        lock(&self.problems).push_back(problem);
    }

    fn resumed(&self) {
        self.write(Vec::new(), Record::Resumed(Resumed { at: Moment::now() }));
    }

    /// The full id of the run.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When the run was first started.
    pub fn started(&self) -> SystemTime {
        self.started
    }

    /// Whether this resumes an earlier run.
    pub fn is_resumed(&self) -> bool {
        self.known.is_some()
    }

    /// The directory with those of the run's tasks.
    pub fn files(&self) -> PathBuf {
        self.directory.join(FILES)
    }

    /// The next problem; each one is reported once.
    pub fn problem(&self) -> Option<String> {
        lock(&self.problems).pop_front()
    }

    /// Records an event, before any other code acts on it.
    pub fn event(&self, event: &Event) {
        let at = Moment::of(event.at);
        match &event.kind {
            EventKind::NodeStarted { node, inputs, .. } => self.node_started(node, inputs, at),
            EventKind::AttemptEnded {
                node,
                attempt,
                error: Some(error),
                ..
            } => self.attempt_failed(node, *attempt, error, at),
            // Outputs from before are already recorded.
            EventKind::NodeEnded {
                node,
                state: NodeState::Recalled(Recalled::Resumed),
                ..
            } => drop(lock(&self.recalled).remove(&node.path)),
            EventKind::NodeEnded {
                node,
                state,
                attempts,
                outputs,
                error,
                ..
            } => self.node_ended(node, *state, *attempts, outputs, error.as_deref(), at),
            EventKind::RunEnded {
                state,
                outputs,
                error,
                ..
            } => self.run_ended(*state, outputs, error.as_deref(), at),
            _ => {}
        }
    }

    /// Records the start of a node.
    fn node_started(&self, node: &NodeInfo, inputs: &Values, at: Moment) {
        if lock(&self.recalled).contains(&node.path) {
            return;
        }
        let (Stored { values, bytes }, key) = self.store(inputs, Files::Passed);
        let encoded = inputs.iter();
        let encoded = encoded.filter_map(|(_, info, value)| self.memo.encode(info, value).ok());
        let files = encoded.flat_map(|encoded| encoded.named);
        let given = Given {
            key,
            files: files.map(StoredFile::new).collect(),
        };
        let is_walked = self.has_ended_before(node, &given);
        let started = NodeStarted {
            node: node.path.clone(),
            entity: node.entity.clone(),
            kind: node.kind.to_string(),
            at,
            inputs: values,
        };
        match is_walked {
            true => self.walked.put_off(bytes, started),
            false => self.write_of(&node.path, bytes, Record::NodeStarted(started)),
        }
        lock(&self.open).insert(node.path.clone(), given);
    }

    /// Whether a composite node had already returned outputs for the same inputs.
    fn has_ended_before(&self, node: &NodeInfo, given: &Given) -> bool {
        matches!(
            node.kind,
            NodeKind::Workflow | NodeKind::Branch | NodeKind::Map
        ) && self
            .known_node(&node.path, &node.entity)
            .is_some_and(|known| known.key == given.key)
    }

    fn known_node(&self, path: &str, entity: &str) -> Option<&KnownNode> {
        let known = self.known.as_ref()?.nodes.get(path)?;
        (known.entity == entity).then_some(known)
    }

    fn attempt_failed(&self, node: &NodeInfo, attempt: u32, error: &str, at: Moment) {
        self.write_of(
            &node.path,
            Vec::new(),
            Record::AttemptFailed(AttemptFailed {
                node: node.path.clone(),
                attempt,
                at,
                error: error.to_owned(),
            }),
        );
    }

    /// Records the end of a node, before any node that needs it starts.
    fn node_ended(
        &self,
        node: &NodeInfo,
        state: NodeState,
        attempts: u32,
        outputs: &Values,
        error: Option<&str>,
        at: Moment,
    ) {
        let given = lock(&self.open).remove(&node.path).unwrap_or_default();
        let (Stored { values, bytes }, _) = self.store(outputs, Files::Made);
        let before = self.known_node(&node.path, &node.entity);
        let is_the_same = before.is_some_and(|before| before.outputs == values);
        if state == NodeState::Succeeded && is_the_same && self.walked.forget(&node.path) {
            return;
        }
        self.write_of(
            &node.path,
            bytes,
            Record::NodeEnded(NodeEnded {
                node: node.path.clone(),
                entity: node.entity.clone(),
                kind: node.kind.to_string(),
                at,
                state: state.to_string(),
                attempts,
                key: given.key.map(|key| key.hex()),
                given: given.files,
                outputs: values,
                error: error.map(str::to_owned),
            }),
        );
    }

    /// Records the end of the run, and waits until everything is on disk.
    fn run_ended(&self, state: RunState, outputs: &Values, error: Option<&str>, at: Moment) {
        if self.is_known.load(Ordering::Relaxed) {
            return;
        }
        let (Stored { values, bytes }, _) = self.store(outputs, Files::Made);
        self.write(
            bytes,
            Record::Ended(Ended {
                at,
                state: state.to_string(),
                outputs: values,
                error: error.map(str::to_owned),
            }),
        );
        // Later events, from detached tasks, do not belong to the run.
        if let Some(writing) = lock(&self.writing).take()
            && let Err(error) = writing.writer.sync()
        {
            self.broken(&error);
        }
        *lock(&self.held) = None;
    }

    /// The outputs of a node that had ended before the run was resumed, if its inputs are the same; or why they cannot
    /// be used.
    pub fn known(
        &self,
        node: &str,
        entity: &EntityDescriptor,
        inputs: &Values,
    ) -> Option<Result<Vec<Value>, String>> {
        let known = self.known.as_ref()?;
        let recorded = self.known_node(node, entity.name())?;
        let key = self.key(inputs)?;
        if recorded.key != Some(key) {
            return None;
        }
        let difference = recorded.given.iter().find_map(StoredFile::difference);
        let outputs = match difference {
            Some(difference) => Err(format!("of what it was given, {difference}")),
            None => known.values_of(&recorded.outputs, entity, &self.memo),
        };
        match &outputs {
            Ok(_) => drop(lock(&self.recalled).insert(node.to_owned())),
            Err(_) => self.write_again(&recorded.outputs),
        }
        Some(outputs)
    }

    /// The outputs of the run, if it had succeeded before it was resumed.
    pub fn known_outputs(&self, entity: &EntityDescriptor) -> Option<Result<Vec<Value>, String>> {
        let known = self.known.as_ref()?;
        let outputs = known.values_of(known.outputs.as_ref()?, entity, &self.memo);
        match &outputs {
            Ok(_) => self.is_known.store(true, Ordering::Relaxed),
            Err(_) => {
                self.write_again(known.outputs.iter().flatten());
                self.resumed();
            }
        }
        Some(outputs)
    }

    /// Marks values to be written again, because their bytes in the file may be unreadable.
    fn write_again<'a>(&self, values: impl IntoIterator<Item = &'a StoredValue>) {
        if let Some(Writing { written, .. }) = &mut *lock(&self.writing) {
            for stored in values {
                if let Some(hash) = stored.value.as_deref().and_then(Hash::from_hex) {
                    written.remove(&hash);
                }
            }
        }
    }

    fn key(&self, inputs: &Values) -> Option<Hash> {
        let hashes: Option<Vec<_>> = inputs
            .iter()
            .map(|(name, info, value)| Some((name, self.memo.encode(info, value).ok()?.hash)))
            .collect();
        Some(encode::key(hashes?))
    }

    fn store(&self, values: &Values, files: Files) -> (Stored, Option<Hash>) {
        let mut stored = Stored {
            values: Vec::with_capacity(values.len()),
            bytes: Vec::new(),
        };
        let mut hashes = HashMap::new();
        let mut names = Vec::with_capacity(values.len());
        for (name, info, value) in values.iter() {
            let (hash, problem, named) = match self.memo.encode(info, value) {
                Ok(Encoded { hash, bytes, named }) => {
                    hashes.insert(name, hash);
                    // A value that was encoded before may only have been compared, or another thread may still have to
                    // write it.
                    let bytes = match bytes {
                        None if !self.is_written(&hash) => encode::encode(info, value).ok(),
                        bytes => bytes,
                    };
                    stored.bytes.extend(bytes.map(|bytes| (hash, bytes)));
                    (Some(hash.hex()), None, named)
                }
                Err(problem) => (None, Some(problem), Vec::new()),
            };
            names.push(name);
            stored.values.push(StoredValue {
                name: name.to_owned(),
                kind: Some(self.memo.kind(info)),
                value: hash,
                problem,
                files: match files {
                    Files::Made => named.into_iter().map(StoredFile::new).collect(),
                    Files::Passed => Vec::new(),
                },
            });
        }
        let hashes: Option<Vec<_>> = names
            .into_iter()
            .map(|name| Some((name, *hashes.get(name)?)))
            .collect();
        (stored, hashes.map(encode::key))
    }

    fn is_written(&self, hash: &Hash) -> bool {
        let writing = lock(&self.writing);
        writing
            .as_ref()
            .is_none_or(|writing| writing.written.contains(hash))
    }

    /// As [`write`](Self::write), for a record about a node.
    fn write_of(&self, path: &str, values: Vec<(Hash, Vec<u8>)>, record: Record) {
        let due = self.walked.due(path);
        for Unwritten { values, record } in due.unwritten {
            self.write(values, record);
        }
        self.write(values, record);
    }

    /// Writes a record to the system, preceded by those of its values that are not in the file yet.
    fn write(&self, values: Vec<(Hash, Vec<u8>)>, record: Record) {
        let mut writing = lock(&self.writing);
        let Some(Writing { writer, written }) = &mut *writing else {
            return;
        };
        for (hash, bytes) in values {
            if written.insert(hash) {
                writer.value(&hash, &bytes);
            }
        }
        let done = writer.record(&record).and_then(|()| writer.flush());
        if let Err(error) = done {
            // Records after an incomplete one would not be read.
            *writing = None;
            self.broken(&error);
        }
    }

    fn broken(&self, error: &io::Error) {
        self.tell(format!(
            "the history of the run cannot be written any more, in {}: {error}",
            self.directory.display()
        ));
    }
}

/// How the files matter to which values refer.
#[derive(Clone, Copy)]
enum Files {
    /// Outputs: they can be reused only if their files are unchanged.
    Made,
    /// Inputs, which are compared by their values and by the recorded state of a node's files.
    Passed,
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}
