//! The log of a run while it is written, by the threads of the run and by the [ticker](super::ticker).

use std::{
    collections::{HashMap, VecDeque},
    io, mem,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    encode::Memo,
    files::StoredFile,
    log::{Hash, Writer},
    packed::Packed,
    record::Record,
    rows::{Number, RowWriter, Tried},
    stored::{Held, Made, StoredValue},
    ticker,
};
use crate::events::{NodeInfo, NodeState, Values, WaitReason};
use flyte_core::lock::lock;

/// What the threads that write a log share.
pub(super) struct Shared {
    pub(super) directory: PathBuf,
    /// `None` after writing has failed or the run has ended.
    writing: Mutex<Option<Writing>>,
    /// Whether something is put off.
    is_waiting: AtomicBool,
    /// Problems that have not been reported yet.
    problems: Mutex<VecDeque<String>>,
}

impl Shared {
    pub(super) fn new(directory: PathBuf, writing: Writing) -> Arc<Self> {
        let shared = Arc::new(Self {
            directory,
            writing: Mutex::new(Some(writing)),
            is_waiting: AtomicBool::new(false),
            problems: Mutex::default(),
        });
        ticker::add(&shared);
        shared
    }

    /// Queues a problem, which is reported with the next event.
    pub(super) fn tell(&self, problem: String) {
        lock(&self.problems).push_back(problem);
    }

    pub(super) fn problem(&self) -> Option<String> {
        lock(&self.problems).pop_front()
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.is_waiting.load(Ordering::SeqCst)
    }

    /// Writes something that may be put off.
    pub(super) fn put_off(&self, write: impl FnOnce(&mut Writing)) {
        let is_written = {
            let mut writing = lock(&self.writing);
            writing.as_mut().map(write).is_some()
        };
        if is_written
            && !self.is_waiting()
            && !self.is_waiting.swap(true, Ordering::SeqCst)
            && ticker::wake().is_err()
        {
            self.hand_over();
        }
    }

    /// Writes something that the system has when this returns, with all that was put off before.
    pub(super) fn write(&self, write: impl FnOnce(&mut Writing) -> io::Result<()>) {
        let mut writing = lock(&self.writing);
        let Some(log) = &mut *writing else {
            return;
        };
        if let Err(error) = write(log).and_then(|()| log.flush()) {
            self.broken(&mut writing, &error);
        }
    }

    /// Hands what is put off to the system.
    pub(super) fn hand_over(&self) {
        self.is_waiting.store(false, Ordering::SeqCst);
        self.write(|writing| {
            writing.write_starts();
            Ok(())
        });
    }

    /// Waits until all is on disk; nothing is written any more.
    pub(super) fn close(&self) {
        self.hand_over();
        let mut writing = lock(&self.writing);
        if let Some(log) = &mut *writing
            && let Err(error) = log.writer.sync()
        {
            self.broken(&mut writing, &error);
        }
        *writing = None;
    }

    pub(super) fn is_written(&self, hash: &Hash) -> bool {
        let writing = lock(&self.writing);
        let writing = writing.as_ref();
        writing.is_none_or(|writing| writing.written.contains_key(hash))
    }

    /// Records after an incomplete one would not be read.
    fn broken(&self, writing: &mut Option<Writing>, error: &io::Error) {
        *writing = None;
        self.tell(format!(
            "the history of the run cannot be written any more, in {}: {error}",
            self.directory.display()
        ));
    }
}

/// A log that is written.
pub(super) struct Writing {
    writer: Writer,
    rows: RowWriter,
    /// The values in the log, with their numbers.
    written: HashMap<Hash, u32>,
    number_of_values: u32,
    /// The nodes that have started and not ended, by the addresses of their descriptions, which they keep.
    open: HashMap<usize, OpenNode>,
    /// Those among them that have started since the last time all starts were written.
    fresh: Vec<usize>,
    /// Composite nodes whose starts are written only with a node inside, by path: a resumed run walks them again.
    walked: HashMap<String, usize>,
}

/// A node that has started.
struct OpenNode {
    node: Arc<NodeInfo>,
    number: Number,
    started: i64,
    inputs: Vec<u8>,
    given: Vec<StoredFile>,
    /// Its first attempt, as long as nothing is written of the node.
    tried: Option<Tried>,
    is_written: bool,
}

/// When the start of a node is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Before anything about another node.
    Now,
    /// Soon, or with its end.
    Soon,
    /// With the first record about a node inside.
    WithInner,
}

fn address(node: &Arc<NodeInfo>) -> usize {
    Arc::as_ptr(node) as usize
}

impl Writing {
    /// With what is in the log already, in the order in which it was written.
    pub(super) fn new(writer: Writer, values: &[Hash]) -> Self {
        let numbers = (0..).zip(values).map(|(number, hash)| (*hash, number));
        Self {
            writer,
            rows: RowWriter::new(),
            written: numbers.collect(),
            number_of_values: values.len() as u32,
            open: HashMap::new(),
            fresh: Vec::new(),
            walked: HashMap::new(),
        }
    }

    /// Lets a value be written again, because its bytes in the file may be unreadable.
    pub(super) fn forget_value(&mut self, hash: &Hash) {
        self.written.remove(hash);
    }

    fn values(&mut self, values: &Values, made: &[Made], memo: &Memo) -> Vec<u8> {
        let Self {
            writer,
            rows,
            written,
            number_of_values,
            ..
        } = self;
        rows.values(values, made, memo, |made| {
            let hash = made.held.hash().unwrap_or(Hash([0; 32]));
            *written.entry(hash).or_insert_with(|| {
                match (&made.held, &made.bytes) {
                    (Held::Here(bytes), _) => writer.value(&hash, bytes),
                    (_, Some(packed)) => writer.packed(&hash, packed),
                    (_, None) => writer.value(&hash, &[]),
                }
                let number = *number_of_values;
                *number_of_values += 1;
                number
            })
        })
    }

    /// A record of JSON, after the values that it names.
    pub(super) fn record(
        &mut self,
        record: &Record,
        values: Vec<(Hash, Packed)>,
    ) -> io::Result<()> {
        self.write_starts();
        let Self { rows, writer, .. } = self;
        rows.take(|rows| writer.rows(rows));
        for (hash, bytes) in values {
            if !self.written.contains_key(&hash) {
                self.writer.packed(&hash, &bytes);
                self.written.insert(hash, self.number_of_values);
                self.number_of_values += 1;
            }
        }
        self.writer.record(record)
    }

    fn flush(&mut self) -> io::Result<()> {
        let Self { rows, writer, .. } = self;
        rows.take(|rows| writer.rows(rows));
        writer.flush()
    }

    /// A node has started.
    pub(super) fn started(
        &mut self,
        node: &Arc<NodeInfo>,
        at: i64,
        (inputs, made, memo): (&Values, &[Made], &Memo),
        given: Vec<StoredFile>,
        start: Start,
    ) {
        let (key, path) = (address(node), node.path.as_str());
        match start {
            Start::WithInner => drop(self.walked.insert(path.to_owned(), key)),
            Start::Soon => self.fresh.push(key),
            Start::Now => {}
        }
        if start != Start::WithInner {
            self.write_around(path);
        }
        let inputs = self.values(inputs, made, memo);
        let number = self.rows.node(node);
        let open = OpenNode {
            node: Arc::clone(node),
            number,
            started: at,
            inputs,
            given,
            tried: None,
            is_written: false,
        };
        self.open.insert(key, open);
        if start == Start::Now {
            self.write_starts();
            self.write_start(key);
        }
    }

    /// Writes the starts of the composite nodes around a path whose starts wait for that, and that of the path itself.
    fn write_around(&mut self, path: &str) {
        if self.walked.is_empty() {
            return;
        }
        let ends = path.match_indices(['/', '[']).map(|(end, _)| end);
        for end in ends.chain([path.len()]) {
            if let Some(key) = self.walked.remove(&path[..end]) {
                self.write_start(key);
            }
        }
    }

    /// Writes the starts that were put off.
    pub(super) fn write_starts(&mut self) {
        let mut fresh = mem::take(&mut self.fresh);
        for key in fresh.drain(..) {
            self.write_start(key);
        }
        self.fresh = fresh;
    }

    fn write_start(&mut self, key: usize) {
        if let Some(open) = self.open.get_mut(&key) {
            open.write(&mut self.rows);
        }
    }

    /// The number of a node, whose start is written.
    fn number(&mut self, node: &Arc<NodeInfo>) -> Number {
        match self.open.get_mut(&address(node)) {
            Some(open) => {
                open.write(&mut self.rows);
                open.number
            }
            None => self.rows.node(node),
        }
    }

    pub(super) fn attempt_started(&mut self, node: &Arc<NodeInfo>, attempt: u32, at: i64) {
        if let Some(open) = self.open.get_mut(&address(node))
            && !open.is_written
            && open.tried.is_none()
            && attempt == 0
        {
            open.tried = Some(Tried {
                started: at,
                ended: None,
            });
            return;
        }
        let number = self.number(node);
        self.rows.attempt_started(number, attempt, at);
    }

    /// `goes_on` if the attempt has built a graph, whose nodes are inside of this one.
    pub(super) fn attempt_ended(
        &mut self,
        node: &Arc<NodeInfo>,
        attempt: u32,
        at: i64,
        error: Option<&str>,
        goes_on: bool,
    ) {
        if let Some(open) = self.open.get_mut(&address(node))
            && !open.is_written
            && let Some(tried) = &mut open.tried
            && attempt == 0
            && error.is_none()
            && !goes_on
        {
            tried.ended = Some(at);
            return;
        }
        let number = self.number(node);
        self.rows.attempt_ended(number, attempt, at, error);
    }

    /// A node has ended. `is_as_before` if it has succeeded with the outputs that the log has.
    pub(super) fn ended(
        &mut self,
        node: &Arc<NodeInfo>,
        at: i64,
        (state, attempts): (NodeState, u32),
        (outputs, made, memo): (&Values, &[Made], &Memo),
        error: Option<&str>,
        is_as_before: bool,
    ) {
        let open = self.open.remove(&address(node));
        if is_as_before && self.walked.remove(&node.path).is_some() {
            return;
        }
        // Its own start, if it waits for that, has to be written before.
        let open = match self.walked.contains_key(&node.path) {
            true => {
                self.open.extend(open.map(|open| (address(node), open)));
                self.write_around(&node.path);
                self.open.remove(&address(node))
            }
            false => open,
        };
        let outputs = self.values(outputs, made, memo);
        let Some(mut open) = open else {
            let number = self.rows.node(node);
            self.rows
                .ended(number, at, (state, attempts), &outputs, error);
            return;
        };
        let tried = open.tried.map(|tried| (tried.started, tried.ended));
        let tried = match (tried, attempts) {
            (None, 0) => Some(None),
            (Some((from, Some(until))), 1) => Some(Some((from, until))),
            _ => None,
        };
        if let Some(tried) = tried
            && !open.is_written
            && state == NodeState::Succeeded
            && open.given.is_empty()
        {
            let times = (open.started, at);
            self.rows
                .ran(open.number, times, tried, &open.inputs, &outputs);
            return;
        }
        open.write(&mut self.rows);
        self.rows
            .ended(open.number, at, (state, attempts), &outputs, error);
    }

    /// A node waits. What it waits for before it starts follows from the graph and the jobs.
    pub(super) fn waits(&mut self, node: &Arc<NodeInfo>, at: i64, reason: WaitReason) {
        if self.open.contains_key(&address(node)) {
            let number = self.number(node);
            self.rows.wait(number, at, reason);
        }
    }

    pub(super) fn cache(&mut self, node: &Arc<NodeInfo>, key: &str, hit: bool, why: &[String]) {
        let number = self.number(node);
        self.rows.cache(number, key, hit, why);
    }

    pub(super) fn lines(
        &mut self,
        node: &Arc<NodeInfo>,
        attempt: u32,
        left_out: u64,
        lines: &[u8],
    ) {
        let number = self.number(node);
        self.rows.lines(number, attempt, left_out, lines);
    }

    /// A node that is known by its path alone, which may have ended.
    pub(super) fn deck(&mut self, path: &str, attempt: u32, file: &str) {
        let open = self.open.values().find(|open| open.node.path == path);
        let node = open.map(|open| Arc::clone(&open.node));
        let number = match node {
            Some(node) => self.number(&node),
            None => self.rows.path(path),
        };
        self.rows.deck(number, attempt, file);
    }
}

impl OpenNode {
    /// Writes that it has started, with its first attempt, unless that is written.
    fn write(&mut self, rows: &mut RowWriter) {
        if self.is_written {
            return;
        }
        self.is_written = true;
        rows.started(self.number, self.started, &self.inputs, &self.given);
        if let Some(Tried { started, ended }) = self.tried.take() {
            rows.attempt_started(self.number, 0, started);
            if let Some(ended) = ended {
                rows.attempt_ended(self.number, 0, ended, None);
            }
        }
    }
}

/// Values for a record of JSON, with their bytes for the log.
pub(super) fn in_record(
    values: &Values,
    made: Vec<Made>,
    memo: &Memo,
) -> (Vec<StoredValue>, Vec<(Hash, Packed)>) {
    let mut bytes = Vec::new();
    let stored = values.iter().zip(made).map(|((name, info, _), made)| {
        let held = match (made.held, made.bytes) {
            (Held::Here(own), _) => {
                let hash = Hash::of(&own);
                bytes.push((hash, Packed::Plain(own)));
                Held::There(hash)
            }
            (Held::There(hash), own) => {
                bytes.extend(own.map(|own| (hash, own)));
                Held::There(hash)
            }
            (lost, _) => lost,
        };
        StoredValue {
            name: name.into(),
            kind: Some(memo.kind(info).into()),
            held,
            files: made.files,
        }
    });
    let stored = stored.collect();
    (stored, bytes)
}
