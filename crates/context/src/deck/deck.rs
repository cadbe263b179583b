//! What a task writes about itself, by name.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, Weak},
    time::{Duration, SystemTime},
};

use super::{DeckError, Html, Pages, TimelineDeck, TimelineRow};
use flyte_core::{graph::entity::EntityDescriptor, lock::lock, options::DeckField};

const DEFAULT_DECK: &str = "default";

/// The decks of one execution of a task, in the order in which they were first asked for: what is on its page.
///
/// A clone is the same collection, also in another thread. Decks exist only in one: asking twice for a name gives the
/// same deck, so that what is appended adds up. (flytekit makes a new deck every time, and shows the last.)
///
/// Beside its own decks, a collection leads to those of the tasks that were run below it; see [`tasks`](Self::tasks)
/// and [`FlyteContext::get_deck`](crate::context::FlyteContext::get_deck).
#[derive(Clone, Default)]
pub struct Decks {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Of which execution; `None` outside of tasks.
    about: Option<About>,
    state: Mutex<State>,
}

/// An execution of a task.
struct About {
    task: &'static str,
    node: String,
    attempt: u32,
    /// The pages of the run; it is they that hold this.
    pages: Weak<Pages>,
    /// The task has said that it has no deck.
    hidden: bool,
}

#[derive(Default)]
struct State {
    own: Vec<Deck>,
    /// Whether it is one of the run's pages.
    is_page: bool,
    progress: Option<Progress>,
    /// How many runs have ended.
    ended: u64,
    /// What runs have left, each with its number among those that ended.
    left: Vec<(u64, Vec<Decks>)>,
}

/// How far an execution has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub(crate) status: Status,
    pub began: SystemTime,
    /// `None` while it runs.
    pub(crate) took: Option<Duration>,
}

/// How an execution of a task ended, if it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum Status {
    /// It has not ended.
    Running,
    /// It has given its outputs.
    Succeeded,
    /// It has failed: an error, a panic, or its time was over.
    Failed,
    /// It was ended from outside.
    Cancelled,
}

impl Decks {
    /// No decks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Those of an execution of a task, which become one of the pages of its run with the first deck.
    pub fn of_task(
        task: &'static str,
        node: String,
        attempt: u32,
        pages: &Arc<Pages>,
        hidden: bool,
    ) -> Self {
        let about = About {
            task,
            node,
            attempt,
            pages: Arc::downgrade(pages),
            hidden,
        };
        Self {
            shared: Arc::new(Shared {
                about: Some(about),
                state: Mutex::default(),
            }),
        }
    }

    /// The deck with a name; it is made if there is none.
    pub fn deck(&self, name: &str) -> Deck {
        let mut state = self.lock();
        if let Some(deck) = state.own.iter().find(|deck| deck.name() == name) {
            return deck.clone();
        }
        let deck = Deck::of(self, name);
        state.own.push(deck.clone());
        drop(state);
        self.become_page();
        deck
    }

    /// The deck called `default`, for a task that needs only one. Corresponds to `current_context().default_deck`.
    pub fn default_deck(&self) -> Deck {
        self.deck(DEFAULT_DECK)
    }

    /// The deck for a part that Flyte itself writes. Which parts a task shows, its options say.
    pub fn field(&self, field: DeckField) -> Deck {
        self.deck(field.title())
    }

    /// The deck with how long the steps of the task took. Corresponds to `current_context().timeline_deck`.
    pub fn timeline_deck(&self) -> TimelineDeck {
        TimelineDeck::new(self.field(DeckField::Timeline))
    }

    /// The first deck with a name, if there is one.
    pub fn get(&self, name: &str) -> Option<Deck> {
        self.all().into_iter().find(|deck| deck.name() == name)
    }

    /// All decks: its own, and then those of the tasks below, which may have the same names.
    pub fn all(&self) -> Vec<Deck> {
        let mut all = self.own();
        all.extend(self.tasks().iter().flat_map(Self::own));
        all
    }

    /// Its own decks, without those of tasks below.
    pub fn own(&self) -> Vec<Deck> {
        self.lock().own.clone()
    }

    /// The decks of every task that was run below, one collection for each execution: those of runs that have ended
    /// and, inside of a task, of the runs that it has started. Of several attempts it is the last.
    pub fn tasks(&self) -> Vec<Self> {
        let mut tasks: Vec<_> = match &self.shared.about {
            Some(about) => match about.pages.upgrade() {
                Some(pages) => pages.below(&format!("{}/", about.node)),
                None => Vec::new(),
            },
            None => Vec::new(),
        };
        let state = self.lock();
        tasks.extend(state.left.iter().flat_map(|(_, decks)| decks).cloned());
        tasks
    }

    /// How many decks there are.
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// Whether there is no deck.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of the task whose decks these are; `None` outside of tasks.
    pub fn task(&self) -> Option<&'static str> {
        Some(self.shared.about.as_ref()?.task)
    }

    /// The id of the node that ran the task, with the ids of the nodes around it.
    pub fn node(&self) -> Option<&str> {
        Some(&self.shared.about.as_ref()?.node)
    }

    /// Which attempt it was, from 0.
    pub fn attempt(&self) -> Option<u32> {
        Some(self.shared.about.as_ref()?.attempt)
    }

    /// How the execution ended, for a task that has `enable_deck`; of others nobody keeps it.
    pub fn status(&self) -> Option<Status> {
        Some(self.progress()?.status)
    }

    /// Shows what is in the decks so far, while the task goes on: the page is written where the pages of the run go, in
    /// a container as `deck.html` beside the outputs, in a run with `Runner::deck_dir` in that directory. Elsewhere,
    /// and for a task with `enable_deck = false`, there is nothing to do.
    ///
    /// # Errors
    ///
    /// When the page cannot be written. At the end of a task that is only a warning.
    pub fn publish(&self) -> Result<(), DeckError> {
        match &self.shared.about {
            Some(about) if !about.hidden => match about.pages.upgrade() {
                Some(pages) => {
                    self.become_page();
                    pages.publish(self)
                }
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Whether the other is a clone of this.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// The pages of the run that these are of.
    pub fn pages(&self) -> Option<Arc<Pages>> {
        self.shared.about.as_ref()?.pages.upgrade()
    }

    /// How far the execution has come; `None` before it begins.
    pub fn progress(&self) -> Option<Progress> {
        self.lock().progress
    }

    /// What another process says of it.
    pub(super) fn set_progress(&self, progress: Progress) {
        self.lock().progress = Some(progress);
        self.become_page();
    }

    /// The task runs from now on.
    pub fn begin(&self) {
        self.lock().progress = Some(Progress {
            status: Status::Running,
            began: SystemTime::now(),
            took: None,
        });
        self.become_page();
    }

    /// The task has ended, unless that was known, and its page is complete.
    pub fn end(&self, status: Status) {
        if let Some(progress) = &mut self.lock().progress {
            if progress.took.is_some() {
                return;
            }
            progress.status = status;
            progress.took = Some(progress.began.elapsed().unwrap_or_default());
        }
        if let Some(about) = &self.shared.about
            && !about.hidden
            && let Some(pages) = about.pages.upgrade()
        {
            pages.end(self);
        }
    }

    /// Makes this one of the pages of its run.
    fn become_page(&self) {
        let Some(about) = &self.shared.about else {
            return;
        };
        let was_page = std::mem::replace(&mut self.lock().is_page, true);
        if !was_page
            && !about.hidden
            && let Some(pages) = about.pages.upgrade()
        {
            pages.add(&about.node, about.attempt, self.clone());
        }
    }

    /// How many runs have left their decks here.
    #[inline]
    pub fn ended_runs(&self) -> u64 {
        self.lock().ended
    }

    /// Shows the pages of a run that has ended, instead of those of runs that were over when `ended_before` runs were.
    /// Those of runs at the same time stay.
    #[inline]
    pub fn leave(&self, pages: Vec<Self>, ended_before: u64) {
        let mut state = self.lock();
        state.ended += 1;
        let number = state.ended;
        state.left.retain(|(ended, _)| *ended > ended_before);
        if !pages.is_empty() {
            state.left.push((number, pages));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.shared.state)
    }
}

impl fmt::Debug for Decks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all()).finish()
    }
}

/// A part of a page, with a name. A clone is the same deck, also in another thread. Corresponds to `flytekit.Deck`.
#[derive(Clone)]
pub struct Deck {
    name: Arc<str>,
    content: Arc<Mutex<Content>>,
    /// Where it is; they hold it.
    decks: Weak<Shared>,
}

#[derive(Default)]
struct Content {
    html: String,
    /// Whether a user has written markup.
    is_raw: bool,
    rows: Vec<TimelineRow>,
    /// What is above it, made when it is looked at: it is the same for every execution of a task.
    described: Option<(&'static EntityDescriptor, Describe)>,
}

/// What is told of a task.
type Describe = fn(&EntityDescriptor) -> Html;

impl Deck {
    fn of(decks: &Decks, name: &str) -> Self {
        Self {
            name: name.into(),
            content: Arc::default(),
            decks: Arc::downgrade(&decks.shared),
        }
    }

    /// What the deck is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds a text, a [`Table`](super::Table), a [`Plot`](super::Plot), a [`Markdown`](super::Markdown) or [`Html`],
    /// below what is there.
    pub fn append(&self, content: impl Into<Html>) -> &Self {
        let added = content.into();
        let mut content = self.lock();
        if !content.html.is_empty() {
            content.html.push('\n');
        }
        content.html.push_str(added.as_str());
        content.is_raw |= added.is_raw();
        drop(content);
        self
    }

    /// All that was appended.
    pub fn html(&self) -> String {
        let content = self.lock();
        match content.described {
            Some((task, describe)) => {
                let told = describe(task);
                let parts = [told.as_str(), &content.html];
                parts.join("\n").trim_end().to_owned()
            }
            None => content.html.clone(),
        }
    }

    /// Tells of a task, above what is appended.
    pub fn describe(&self, task: &'static EntityDescriptor, describe: Describe) {
        self.lock().described = Some((task, describe));
    }

    /// Shows the page that the deck is on, while the task goes on; see [`Decks::publish`].
    ///
    /// # Errors
    ///
    /// As [`Decks::publish`].
    pub fn publish(&self) -> Result<(), DeckError> {
        match self.decks.upgrade() {
            Some(shared) => Decks { shared }.publish(),
            None => Ok(()),
        }
    }

    pub(super) fn is_raw(&self) -> bool {
        self.lock().is_raw
    }

    pub(super) fn push_row(&self, row: TimelineRow) {
        self.lock().rows.push(row);
    }

    pub(super) fn rows(&self) -> Vec<TimelineRow> {
        self.lock().rows.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        lock(&self.content)
    }
}

/// Without the contents, which may be large.
impl fmt::Debug for Deck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deck")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
