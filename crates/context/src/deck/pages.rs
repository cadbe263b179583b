//! The pages of a run: one for every execution of a task with decks.

use std::{
    collections::HashMap,
    fmt,
    path::Path,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use super::{DeckError, Decks, Status};
use flyte_core::lock::lock;

/// Receives pages while they are written: a container's output, or a directory.
pub trait Sink: Send + Sync {
    /// Called when a run begins to have pages.
    fn attach(&self, _pages: &Arc<Pages>) {}

    /// Writes the page of a task that still runs; `all` has the pages of its run so far.
    fn publish(&self, page: &Decks, all: &Pages) -> Result<(), DeckError>;

    /// Writes the complete page of a task.
    fn end(&self, page: &Decks, all: &Pages) -> Result<(), DeckError>;

    /// Called when the run has ended.
    fn finish(&self, all: &Pages) -> Result<(), DeckError>;
}

fn warn(written: Result<(), DeckError>) {
    if let Err(error) = written {
        tracing::warn!(%error, "a deck was not written");
    }
}

/// A [`Sink`] that contexts pass to the runs started in them.
#[derive(Clone)]
pub struct SharedSink(Arc<dyn Sink>);

impl SharedSink {
    /// Wraps a sink so that contexts can share it.
    pub fn new(sink: impl Sink + 'static) -> Self {
        Self(Arc::new(sink))
    }
}

impl fmt::Debug for SharedSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a place for pages")
    }
}

/// The pages of a run and of the runs inside its tasks, in the order in which the tasks first wrote a deck.
#[derive(Debug, Default)]
pub struct Pages {
    list: Mutex<List>,
    sink: Option<SharedSink>,
    /// Who is told of files, and what the ids of nodes begin with for it: by the beginning that they have here.
    reader: OnceLock<FileReader>,
    beginnings: Mutex<Vec<(String, String)>>,
    /// The number of runs that the tasks have started.
    inner_runs: AtomicU32,
}

/// Is told in which file the page of an attempt of a node is.
type TellFile = Box<dyn Fn(&str, u32, &Path) + Send + Sync>;

struct FileReader(TellFile);

impl fmt::Debug for FileReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("who is told of files")
    }
}

#[derive(Debug, Default)]
struct List {
    pages: Vec<Decks>,
    /// The index of a node's page.
    of_node: HashMap<String, usize>,
}

impl Pages {
    /// No pages yet; the sink, if there is one, is notified of new ones.
    pub fn new(sink: Option<SharedSink>) -> Arc<Self> {
        let pages = Arc::new(Self {
            sink,
            ..Self::default()
        });
        if let Some(sink) = &pages.sink {
            sink.0.attach(&pages);
        }
        pages
    }

    /// Has somebody told of each complete page that is written to a file.
    pub fn tell_files(&self, tell: impl Fn(&str, u32, &Path) + Send + Sync + 'static) {
        let _first = self.reader.set(FileReader(Box::new(tell)));
    }

    /// Has the nodes whose ids begin with `own` be told of with other ids.
    pub fn tell_as(&self, own: &str, told: &str) {
        lock(&self.beginnings).push((own.to_owned(), told.to_owned()));
    }

    /// A complete page is in a file.
    pub(super) fn wrote(&self, page: &Decks, file: &Path) {
        let (Some(FileReader(tell)), Some(node)) = (self.reader.get(), page.node()) else {
            return;
        };
        let told = {
            let beginnings = lock(&self.beginnings);
            let fitting = beginnings
                .iter()
                .filter(|(own, _)| node.starts_with(own.as_str()));
            let longest = fitting.max_by_key(|(own, _)| own.len());
            longest.map(|(own, told)| format!("{told}{}", &node[own.len()..]))
        };
        let node = told.as_deref().unwrap_or(node);
        tell(node, page.attempt().unwrap_or_default(), file);
    }

    /// Adds the page of an execution; it replaces that of an earlier attempt.
    pub(super) fn add(&self, node: &str, attempt: u32, page: Decks) {
        let mut list = self.lock();
        match list.of_node.get(node).copied() {
            Some(index) => {
                if list.pages[index].attempt().is_none_or(|old| old <= attempt) {
                    list.pages[index] = page;
                }
            }
            None => {
                let index = list.pages.len();
                list.of_node.insert(node.to_owned(), index);
                list.pages.push(page);
            }
        }
    }

    /// The number of the next run that a task starts, from 1.
    pub fn next_inner_run(&self) -> u32 {
        self.inner_runs.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// All pages.
    pub fn all(&self) -> Vec<Decks> {
        self.lock().pages.clone()
    }

    /// The pages of nodes whose ids begin with a prefix.
    pub(crate) fn below(&self, prefix: &str) -> Vec<Decks> {
        let list = self.lock();
        let below = |page: &&Decks| page.node().is_some_and(|node| node.starts_with(prefix));
        list.pages.iter().filter(below).cloned().collect()
    }

    /// The index of a page; `None` if a later attempt's page has replaced it.
    pub(super) fn number_of(&self, page: &Decks) -> Option<usize> {
        let list = self.lock();
        let number = *list.of_node.get(page.node()?)?;
        list.pages[number].is_same(page).then_some(number)
    }

    /// Writes a page to the sink, if there is one.
    pub(super) fn publish(&self, page: &Decks) -> Result<(), DeckError> {
        match &self.sink {
            Some(sink) => sink.0.publish(page, self),
            None => Ok(()),
        }
    }

    /// Writes a complete page to the sink. An error is only logged as a warning, because the page is not the purpose of
    /// the task.
    pub(super) fn end(&self, page: &Decks) {
        if let Some(sink) = &self.sink {
            warn(sink.0.end(page, self));
        }
    }

    /// Ends the pages below of tasks that were stopped from outside.
    pub fn end_below(&self, prefix: &str) {
        for page in self.below(prefix) {
            page.end(Status::Cancelled);
        }
    }

    /// Ends the run and returns its pages.
    pub fn finish(&self) -> Vec<Decks> {
        if let Some(sink) = &self.sink {
            warn(sink.0.finish(self));
        }
        self.all()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, List> {
        lock(&self.list)
    }
}
