//! The pages of a run: one for every execution of a task that has decks.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use super::{DeckError, Decks, Status};
use flyte_core::lock::lock;

/// Where pages go as soon as there is something to see: a container's output, or a directory.
pub trait Sink: Send + Sync {
    /// A run begins to have pages.
    fn attach(&self, _pages: &Arc<Pages>) {}

    /// A task wants its page seen while it goes on; `all` has those of its run, as far as they are there.
    fn publish(&self, page: &Decks, all: &Pages) -> Result<(), DeckError>;

    /// The page of a task is complete.
    fn end(&self, page: &Decks, all: &Pages) -> Result<(), DeckError>;

    /// The run has ended.
    fn finish(&self, all: &Pages) -> Result<(), DeckError>;
}

fn warn(written: Result<(), DeckError>) {
    if let Err(error) = written {
        tracing::warn!(%error, "a deck was not written");
    }
}

/// A [`Sink`] that contexts hand down to the runs that are started in them.
#[derive(Clone)]
pub struct SharedSink(Arc<dyn Sink>);

impl SharedSink {
    /// Makes a sink one that contexts can share.
    pub fn new(sink: impl Sink + 'static) -> Self {
        Self(Arc::new(sink))
    }
}

impl fmt::Debug for SharedSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a place for pages")
    }
}

/// The pages of a run and of the runs inside its tasks, in the order in which the tasks first wrote something.
#[derive(Debug, Default)]
pub struct Pages {
    list: Mutex<List>,
    sink: Option<SharedSink>,
    /// How many runs the tasks have started.
    inner_runs: AtomicU32,
}

#[derive(Debug, Default)]
struct List {
    pages: Vec<Decks>,
    /// Where the page of a node is.
    of_node: HashMap<String, usize>,
}

impl Pages {
    /// No pages yet; the sink, if there is one, is told of them as they come.
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

    /// Adds the page of an execution, in place of that of an earlier attempt.
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

    /// The number of one more run that a task has started, from 1.
    pub fn next_inner_run(&self) -> u32 {
        self.inner_runs.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// All pages.
    pub fn all(&self) -> Vec<Decks> {
        self.lock().pages.clone()
    }

    /// The pages of nodes whose ids begin so.
    pub(crate) fn below(&self, prefix: &str) -> Vec<Decks> {
        let list = self.lock();
        let below = |page: &&Decks| page.node().is_some_and(|node| node.starts_with(prefix));
        list.pages.iter().filter(below).cloned().collect()
    }

    /// Which page it is, from 0; `None` for one in whose place is that of a later attempt.
    pub(super) fn number_of(&self, page: &Decks) -> Option<usize> {
        let list = self.lock();
        let number = *list.of_node.get(page.node()?)?;
        list.pages[number].is_same(page).then_some(number)
    }

    /// Has a page seen where pages go; nothing where they go nowhere.
    pub(super) fn publish(&self, page: &Decks) -> Result<(), DeckError> {
        match &self.sink {
            Some(sink) => sink.0.publish(page, self),
            None => Ok(()),
        }
    }

    /// The same for one that is complete. A page is not what a task was run for: that it cannot be written is a
    /// warning.
    pub(super) fn end(&self, page: &Decks) {
        if let Some(sink) = &self.sink {
            warn(sink.0.end(page, self));
        }
    }

    /// Ends the pages below, which tasks have left that were ended from outside.
    pub fn end_below(&self, prefix: &str) {
        for page in self.below(prefix) {
            page.end(Status::Cancelled);
        }
    }

    /// The run has ended; these are its pages.
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
