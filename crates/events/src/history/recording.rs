//! Records the events of a run while it runs.

mod resume;

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
    HistoryError,
    directory::{FILES, LOG, Place},
    encode::{Encoded, Memo, key},
    files::StoredFile,
    graph::{self, RecordedGraph},
    lines::Lines,
    log::{Hash, Writer},
    origin::RunOrigin,
    packed::Packed,
    program::Program,
    record::{Begun, Ended, GraphTold, Moment, Record},
    stored::{Held, Made, StoredValue},
    writing::{Shared, Start, Writing, in_record},
};
use crate::{
    events::{
        Event, EventKind, NodeInfo, NodeKind, NodeState, Recalled, RunState, Values, WaitReason,
    },
    history::recorded::Known,
};
use flyte_core::{graph::Graph, lock::lock};

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
        origin: Option<&RunOrigin>,
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
                origin: origin.cloned(),
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

    /// Queues a problem, which is reported with the next event.
    pub(super) fn tell(&self, problem: String) {
        self.log.tell(problem);
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

    /// Records the graph that a dynamic task has built elsewhere.
    pub fn graph_brought(&self, graph: RecordedGraph) {
        let node = graph.built_by.clone();
        self.graphs(node.as_deref(), |_| vec![graph]);
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
                    // Compressed here, where no other thread waits for it.
                    (held, bytes.map(Packed::new), named)
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
