//! The decks that a task writes, by name.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, Weak},
    time::{Duration, SystemTime},
};

use super::{DeckError, Html, Pages, TimelineDeck, TimelineRow};
use flyte_core::{graph::entity::EntityDescriptor, lock::lock, options::DeckField};

const DEFAULT_DECK: &str = "default";

/// The decks of one execution of a task, in the order of their creation: the contents of its page.
///
/// A clone is the same collection, also on another thread. Decks exist only in a collection, and asking twice for a
/// name returns the same deck, so appended contents add up. (flytekit makes a new deck every time and shows the last.)
///
/// A collection also contains those of the tasks that ran below it; see [`tasks`](Self::tasks) and
/// [`FlyteContext::get_deck`](crate::context::FlyteContext::get_deck).
#[derive(Clone, Default)]
pub struct Decks {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// The execution; `None` outside of tasks.
    about: Option<About>,
    state: Mutex<State>,
}

/// An execution of a task.
struct About {
    task: &'static str,
    node: String,
    attempt: u32,
    /// The pages of the run, which own this page.
    pages: Weak<Pages>,
    /// Whether the task disabled its deck.
    hidden: bool,
}

#[derive(Default)]
struct State {
    own: Vec<Deck>,
    /// Whether it is one of the run's pages.
    is_page: bool,
    progress: Option<Progress>,
    /// The number of runs that have ended.
    ended: u64,
    /// The pages of ended runs, each with the number of its run in the order of ending.
    left: Vec<(u64, Vec<Decks>)>,
}

/// The progress of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub(crate) status: Status,
    pub began: SystemTime,
    /// `None` while it runs.
    pub(crate) took: Option<Duration>,
}

/// The status of an execution of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum Status {
    /// It has not ended.
    Running,
    /// It has returned its outputs.
    Succeeded,
    /// It has failed with an error, a panic, or a timeout.
    Failed,
    /// It was cancelled.
    Cancelled,
}

impl Decks {
    /// No decks.
    pub fn new() -> Self {
        Self::default()
    }

    /// The decks of an execution of a task, which become a page of its run when the first deck is made.
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

    /// The deck with a name, made on first use.
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

    /// The deck `default`, for a task that needs only one. Corresponds to `current_context().default_deck`.
    pub fn default_deck(&self) -> Deck {
        self.deck(DEFAULT_DECK)
    }

    /// The deck for a part that Flyte itself writes. The task's options select the parts to show.
    pub fn field(&self, field: DeckField) -> Deck {
        self.deck(field.title())
    }

    /// The deck with the durations of the task's steps. Corresponds to `current_context().timeline_deck`.
    pub fn timeline_deck(&self) -> TimelineDeck {
        TimelineDeck::new(self.field(DeckField::Timeline))
    }

    /// The first deck with a name, if it exists.
    pub fn get(&self, name: &str) -> Option<Deck> {
        self.all().into_iter().find(|deck| deck.name() == name)
    }

    /// All decks: first its own, then those of the tasks below, which may have the same names.
    pub fn all(&self) -> Vec<Deck> {
        let mut all = self.own();
        all.extend(self.tasks().iter().flat_map(Self::own));
        all
    }

    /// Its own decks, without those of tasks below.
    pub fn own(&self) -> Vec<Deck> {
        self.lock().own.clone()
    }

    /// The decks of every task that ran below, one collection for each execution: those of runs that have ended and,
    /// inside a task, of the runs it has started. If there were several attempts, those of the last one.
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

    /// The number of decks.
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// Whether there is no deck.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of the task; `None` outside of tasks.
    pub fn task(&self) -> Option<&'static str> {
        Some(self.shared.about.as_ref()?.task)
    }

    /// The id of the node that ran the task, with the ids of the enclosing nodes.
    pub fn node(&self) -> Option<&str> {
        Some(&self.shared.about.as_ref()?.node)
    }

    /// The number of the attempt, from 0.
    pub fn attempt(&self) -> Option<u32> {
        Some(self.shared.about.as_ref()?.attempt)
    }

    /// How the execution ended, for a task with `enable_deck`; not recorded for other tasks.
    pub fn status(&self) -> Option<Status> {
        Some(self.progress()?.status)
    }

    /// Writes the page with the current contents of the decks while the task continues. The page goes where the run's
    /// pages go: in a container to `deck.html` beside the outputs, in a run with `Runner::deck_dir` to that directory.
    /// Elsewhere, and for a task with `enable_deck = false`, this does nothing.
    ///
    /// # Errors
    ///
    /// When the page cannot be written. At the end of a task that is only logged as a warning.
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

    /// The pages of the run.
    pub fn pages(&self) -> Option<Arc<Pages>> {
        self.shared.about.as_ref()?.pages.upgrade()
    }

    /// The progress of the execution; `None` before it begins.
    pub fn progress(&self) -> Option<Progress> {
        self.lock().progress
    }

    /// Sets the progress from the report of another process.
    pub(super) fn set_progress(&self, progress: Progress) {
        self.lock().progress = Some(progress);
        self.become_page();
    }

    /// Marks the execution as running.
    pub fn begin(&self) {
        self.lock().progress = Some(Progress {
            status: Status::Running,
            began: SystemTime::now(),
            took: None,
        });
        self.become_page();
    }

    /// Marks the execution as ended, unless it is already; its page is complete.
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

    /// Adds this to the pages of its run.
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

    /// The number of runs that have left their decks here.
    #[inline]
    pub fn ended_runs(&self) -> u64 {
        self.lock().ended
    }

    /// Adds the pages of an ended run, and removes those of the first `ended_before` runs that ended. The pages of
    /// concurrent runs stay.
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

/// A named part of a page. A clone is the same deck, also on another thread. Corresponds to `flytekit.Deck`.
#[derive(Clone)]
pub struct Deck {
    name: Arc<str>,
    content: Arc<Mutex<Content>>,
    /// The collection that owns it.
    decks: Weak<Shared>,
}

#[derive(Default)]
struct Content {
    html: String,
    /// Whether it contains a user's own markup.
    is_raw: bool,
    rows: Vec<TimelineRow>,
    /// The description above the contents, made when it is displayed: it is the same for every execution of a task.
    described: Option<(&'static EntityDescriptor, Describe)>,
}

/// Makes the description of a task.
type Describe = fn(&EntityDescriptor) -> Html;

impl Deck {
    fn of(decks: &Decks, name: &str) -> Self {
        Self {
            name: name.into(),
            content: Arc::default(),
            decks: Arc::downgrade(&decks.shared),
        }
    }

    /// The name of the deck.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Appends a text, a [`Table`](super::Table), a [`Plot`](super::Plot), a [`Markdown`](super::Markdown) or [`Html`].
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

    /// The appended contents.
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

    /// Sets the description of a task to show above the contents.
    pub fn describe(&self, task: &'static EntityDescriptor, describe: Describe) {
        self.lock().described = Some((task, describe));
    }

    /// Writes the page with this deck while the task continues; see [`Decks::publish`].
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
