//! Records the events of a run while it runs.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    fs::File,
    io, mem,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use super::{
    HistoryError, ResumeError,
    directory::{FILES, LOG, Place, keep_damaged},
    encode::{Encoded, Memo, key},
    files::StoredFile,
    graph::{self, RecordedGraph},
    lines::Lines,
    log::{Hash, Writer},
    program::Program,
    record::{Begun, Ended, GraphTold, Moment, Record, Resumed},
    stored::{Held, Made, StoredValue},
    writing::{Shared, Start, Writing, in_record},
};
use crate::{
    events::{
        Event, EventKind, NodeInfo, NodeKind, NodeState, Recalled, RunState, Values, WaitReason,
    },
    history::recorded::{Known, KnownNode},
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
    log: Arc<Shared>,
    /// The nodes whose outputs are recalled, until they have ended.
    recalled: Mutex<HashSet<String>>,
    /// Whether the run had already ended, and nothing of it runs again.
    is_known: AtomicBool,
    /// The names of the workflows whose graphs are written.
    graphs: Mutex<HashSet<String>>,
    /// What takes the lines of attempts that have not ended, by path and number.
    lines: Mutex<HashMap<(String, u32), Arc<Lines>>>,
    has_lines: AtomicBool,
    /// The lock that keeps other processes from resuming the run; released when the run has ended.
    held: Mutex<Option<File>>,
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
            log: Shared::new(place.directory.clone(), Writing::new(writer, &[])),
            recalled: Mutex::default(),
            is_known: AtomicBool::new(false),
            graphs: Mutex::default(),
            lines: Mutex::default(),
            has_lines: AtomicBool::new(false),
            held: Mutex::default(),
            id: place.id.clone(),
            directory: place.directory.clone(),
        };
        recording.record(inputs, Files::Passed, |inputs| {
            Record::Run(Box::new(Begun {
                id: recording.id.clone(),
                entity: graph.entity().name().to_owned(),
                started: Moment::of(started),
                runtime: env!("CARGO_PKG_VERSION").to_owned(),
                program: Program::of(graph),
                inputs,
            }))
        });
        recording.graphs(None, |known| graph::graphs_of(graph, known));
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
        let recording = Self {
            started: known.start.started,
            id,
            memo: Memo::default(),
            log: Shared::new(directory.clone(), Writing::new(writer, known.hashes())),
            recalled: Mutex::default(),
            is_known: AtomicBool::new(false),
            graphs: Mutex::new(known.graphs.clone()),
            lines: Mutex::default(),
            has_lines: AtomicBool::new(false),
            held: Mutex::new(Some(held)),
            known: Some(known),
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
        self.log.tell(problem);
    }

    fn resumed(&self) {
        let resumed = Record::Resumed(Resumed { at: Moment::now() });
        self.log.write(|log| log.record(&resumed, Vec::new()));
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
        self.log.problem()
    }

    /// Records an event, before any other code acts on it.
    pub fn event(&self, event: &Event) {
        let at = Moment::nanoseconds(event.at);
        if let EventKind::AttemptEnded { node, attempt, .. } = &event.kind {
            self.end_lines(node, *attempt);
        }
        match &event.kind {
            EventKind::NodeStarted { node, inputs, .. } => self.node_started(node, inputs, at),
            // A permit is waited for before the node starts.
            EventKind::WaitStarted { node, reason } if *reason != WaitReason::Permit => {
                self.log.put_off(|log| log.waits(node, at, *reason));
            }
            EventKind::AttemptStarted { node, attempt, .. } => {
                self.log
                    .put_off(|log| log.attempt_started(node, *attempt, at));
            }
            EventKind::AttemptEnded {
                node,
                attempt,
                error: Some(error),
                ..
            } => self.log.write(|log| {
                log.attempt_ended(node, *attempt, at, Some(error), false);
                Ok(())
            }),
            EventKind::AttemptEnded {
                node,
                attempt,
                outputs,
                ..
            } => self.log.put_off(|log| {
                log.attempt_ended(node, *attempt, at, None, outputs.is_none());
            }),
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
            } => self.node_ended(node, (*state, *attempts), outputs, error.as_deref(), at),
            EventKind::RunEnded {
                state,
                outputs,
                error,
                ..
            } => self.run_ended(*state, outputs, error.as_deref(), Moment::of(event.at)),
            _ => {}
        }
    }

    /// Records the start of a node.
    fn node_started(&self, node: &Arc<NodeInfo>, inputs: &Values, at: i64) {
        if self.known.is_some() && lock(&self.recalled).contains(&node.path) {
            return;
        }
        let (made, named) = self.make(inputs, Files::Passed);
        let given = named.into_iter().map(StoredFile::new).collect();
        let start = match node.kind {
            NodeKind::Task | NodeKind::Gate => Start::Soon,
            NodeKind::Call => Start::Now,
            _ if self.has_ended_before(node, inputs, &made) => Start::WithInner,
            _ => Start::Now,
        };
        let inputs = (inputs, &*made, &self.memo);
        self.log
            .put_off(|log| log.started(node, at, inputs, given, start));
    }

    /// Whether a composite node had already returned outputs for the same inputs.
    fn has_ended_before(&self, node: &NodeInfo, inputs: &Values, made: &[Made]) -> bool {
        self.known_node(&node.path, &node.entity)
            .is_some_and(|known| known.key == key_of(inputs, made))
    }

    fn known_node(&self, path: &str, entity: &str) -> Option<&KnownNode> {
        let known = self.known.as_ref()?.nodes.get(path)?;
        (&*known.entity == entity).then_some(known)
    }

    /// Records the end of a node, before any node that needs it starts.
    fn node_ended(
        &self,
        node: &Arc<NodeInfo>,
        how: (NodeState, u32),
        outputs: &Values,
        error: Option<&str>,
        at: i64,
    ) {
        let (made, _) = self.make(outputs, Files::Made);
        let (state, _) = how;
        let before = self.known_node(&node.path, &node.entity);
        let is_as_before = state == NodeState::Succeeded
            && before.is_some_and(|before| self.is_same(&before.outputs, outputs, &made));
        let outputs = (outputs, &*made, &self.memo);
        let ended = |log: &mut Writing| log.ended(node, at, how, outputs, error, is_as_before);
        match node.kind {
            // A run that goes on takes nothing from them but from the nodes inside.
            NodeKind::Workflow | NodeKind::Branch | NodeKind::Map => self.log.put_off(ended),
            NodeKind::Task | NodeKind::Gate | NodeKind::Call => self.log.write(|log| {
                ended(log);
                Ok(())
            }),
        }
    }

    /// Whether values are those that were recorded.
    fn is_same(&self, recorded: &[StoredValue], values: &Values, made: &[Made]) -> bool {
        let now = values.iter().zip(made);
        recorded.len() == values.len()
            && recorded
                .iter()
                .zip(now)
                .all(|(recorded, ((name, info, _), made))| {
                    *recorded.name == *name
                        && recorded.kind.as_deref() == Some(self.memo.kind(info).as_str())
                        && recorded.held.hash().is_some()
                        && recorded.held.hash() == made.held.hash()
                        && recorded.files == made.files
                })
    }

    /// Records the end of the run, and waits until everything is on disk.
    fn run_ended(&self, state: RunState, outputs: &Values, error: Option<&str>, at: Moment) {
        if self.is_known.load(Ordering::Relaxed) {
            return;
        }
        let left = mem::take(&mut *lock(&self.lines));
        left.values().for_each(|lines| lines.end());
        self.record(outputs, Files::Made, |outputs| {
            Record::Ended(Ended {
                at,
                state: state.to_string(),
                outputs,
                error: error.map(str::to_owned),
            })
        });
        // Later events, from detached tasks, do not belong to the run.
        self.log.close();
        *lock(&self.held) = None;
    }

    /// Records the graph that a dynamic task has built.
    pub fn graph_built(&self, node: &NodeInfo, graph: &Graph) {
        self.graphs(Some(&node.path), |known| {
            graph::built(graph, &node.path, known)
        });
    }

    /// Records the graph of a run that a task has started.
    pub fn graph_called(&self, path: &str, graph: &Graph) {
        self.graphs(Some(path), |known| graph::graphs_of(graph, known));
    }

    /// Records graphs, with the node that they belong to.
    fn graphs(
        &self,
        node: Option<&str>,
        read: impl FnOnce(&mut HashSet<String>) -> Vec<RecordedGraph>,
    ) {
        let graphs = read(&mut lock(&self.graphs));
        if graphs.is_empty() {
            return;
        }
        let told = Record::Graph(Box::new(GraphTold {
            node: node.map(str::to_owned),
            graphs,
        }));
        self.log.write(|log| log.record(&told, Vec::new()));
    }

    /// Records what the cache said of a call: its key, whether its outputs were there, and why not.
    pub fn cache_consulted(&self, node: &Arc<NodeInfo>, key: &str, hit: bool, why: &[String]) {
        self.log.put_off(|log| log.cache(node, key, hit, why));
    }

    /// Records the file with the decks of an attempt.
    pub fn deck_written(&self, path: &str, attempt: u32, file: &Path) {
        let file = file.to_string_lossy();
        self.log.put_off(|log| log.deck(path, attempt, &file));
    }

    /// Takes the lines of an attempt, of which the first and the last are recorded.
    pub fn lines(&self, node: &Arc<NodeInfo>, attempt: u32) -> Arc<Lines> {
        self.has_lines.store(true, Ordering::Release);
        let mut lines = lock(&self.lines);
        let own = lines.entry((node.path.clone(), attempt));
        let own = own.or_insert_with(|| {
            Arc::new(Lines::new(Arc::clone(&self.log), Arc::clone(node), attempt))
        });
        Arc::clone(own)
    }

    /// Records the last lines of an attempt that has ended.
    fn end_lines(&self, node: &NodeInfo, attempt: u32) {
        if self.has_lines.load(Ordering::Acquire) {
            let ended = lock(&self.lines).remove(&(node.path.clone(), attempt));
            if let Some(lines) = ended {
                lines.end();
            }
        }
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
        let (made, _) = self.make(inputs, Files::Passed);
        let key = key_of(inputs, &made)?;
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
        self.log.put_off(|log| {
            for stored in values {
                if let Held::There(hash) = &stored.held {
                    log.forget_value(hash);
                }
            }
        });
    }

    /// Values to be written, and the local files to which they refer.
    fn make(&self, values: &Values, files: Files) -> (Vec<Made>, Vec<PathBuf>) {
        let mut all = Vec::new();
        let made = values.iter().map(|(_, info, value)| {
            self.memo.describe(info);
            let (held, bytes, named) = match self.memo.encode(info, value) {
                Ok(Encoded { held, bytes, named }) => {
                    // A value that was encoded before may only have been compared, or another thread may still have to
                    // write it.
                    let bytes = match (&held, bytes) {
                        (Held::There(hash), None) if !self.log.is_written(hash) => {
                            super::encode::encode(info, value).ok()
                        }
                        (_, bytes) => bytes,
                    };
                    (held, bytes, named)
                }
                Err(problem) => (Held::Lost(problem), None, Vec::new()),
            };
            let files = match files {
                Files::Made => named.into_iter().map(StoredFile::new).collect(),
                Files::Passed => {
                    all.extend(named);
                    Vec::new()
                }
            };
            Made { held, bytes, files }
        });
        let made = made.collect();
        (made, all)
    }

    /// Writes a record that names values.
    fn record(
        &self,
        values: &Values,
        files: Files,
        record: impl FnOnce(Vec<StoredValue>) -> Record,
    ) {
        let (made, _) = self.make(values, files);
        let (stored, bytes) = in_record(values, made, &self.memo);
        let record = record(stored);
        self.log.write(|log| log.record(&record, bytes));
    }
}

/// A hash of all values; `None` if one of them has none.
fn key_of(values: &Values, made: &[Made]) -> Option<Hash> {
    let hashes = values.names().zip(made);
    let hashes: Option<Vec<_>> = hashes
        .map(|(name, made)| Some((name, made.held.hash()?)))
        .collect();
    hashes.map(key)
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.log.hand_over();
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
