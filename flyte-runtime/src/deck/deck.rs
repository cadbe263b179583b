//! What a task writes about itself, by name.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{DeckField, Html, TimelineDeck, TimelineRow};

const DEFAULT_DECK: &str = "default";

/// The decks of one execution, in the order in which they were first asked for.
///
/// A clone is the same collection, also in another thread. Decks exist only in one: asking twice for a name gives the
/// same deck, so that what is appended adds up. (flytekit makes a new deck every time, and shows the last.)
///
/// Beside its own decks, a collection shows those that runs have left in it; see
/// [`FlyteContext::get_deck`](crate::context::FlyteContext::get_deck).
#[derive(Clone, Default)]
pub struct Decks {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    own: Vec<Deck>,
    /// How many runs have ended.
    ended: u64,
    /// What runs have left, each with its number among those that ended.
    left: Vec<(u64, Vec<Deck>)>,
}

impl Decks {
    /// No decks.
    pub fn new() -> Self {
        Self::default()
    }

    /// The deck with a name; it is made if there is none.
    pub fn deck(&self, name: &str) -> Deck {
        let mut inner = self.lock();
        if let Some(deck) = inner.own.iter().find(|deck| deck.name() == name) {
            return deck.clone();
        }
        let deck = Deck::new(name);
        inner.own.push(deck.clone());
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

    /// All decks: its own, and then those that runs have left, which may have the same names.
    pub fn all(&self) -> Vec<Deck> {
        let inner = self.lock();
        let left = inner.left.iter().flat_map(|(_, decks)| decks);
        inner.own.iter().chain(left).cloned().collect()
    }

    /// How many decks there are.
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// Whether there is no deck.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many runs have left their decks here.
    pub(crate) fn ended_runs(&self) -> u64 {
        self.lock().ended
    }

    /// Shows the decks of a run that has ended, instead of those of runs that were over when `ended_before` runs were. Those of
    /// runs at the same time stay.
    pub(crate) fn leave(&self, run: &Decks, ended_before: u64) {
        let decks = run.all();
        let mut inner = self.lock();
        inner.ended += 1;
        let number = inner.ended;
        inner.left.retain(|(ended, _)| *ended > ended_before);
        if !decks.is_empty() {
            inner.left.push((number, decks));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Decks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all()).finish()
    }
}

/// A page with a name. A clone is the same deck, also in another thread.
#[derive(Clone)]
pub struct Deck {
    name: Arc<str>,
    content: Arc<Mutex<Content>>,
}

#[derive(Default)]
struct Content {
    html: String,
    rows: Vec<TimelineRow>,
}

impl Deck {
    fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            content: Arc::default(),
        }
    }

    /// What the deck is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds a text, or [`Html`], on a line of its own.
    pub fn append(&self, content: impl Into<Html>) -> &Self {
        let added = content.into();
        let mut content = self.lock();
        if !content.html.is_empty() {
            content.html.push('\n');
        }
        content.html.push_str(added.as_str());
        drop(content);
        self
    }

    /// All that was appended.
    pub fn html(&self) -> String {
        self.lock().html.clone()
    }

    pub(super) fn push_row(&self, row: TimelineRow) {
        self.lock().rows.push(row);
    }

    pub(super) fn rows(&self) -> Vec<TimelineRow> {
        self.lock().rows.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
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

impl DeckField {
    /// What the deck of this part is called, as in flytekit.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Input => "Input",
            Self::Output => "Output",
            Self::SourceCode => "Source Code",
            Self::Timeline => "Timeline",
            Self::Dependencies => "Dependencies",
        }
    }
}
