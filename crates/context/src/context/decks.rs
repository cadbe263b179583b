//! The decks of the current context.

use super::current_context;
use crate::deck::Deck;

impl Deck {
    /// The deck with this name of the running task, or of the context outside of tasks. Every call returns the same
    /// deck.
    ///
    /// ```
    /// use flyte_runtime::deck::Deck;
    ///
    /// Deck::new("metrics").append("7 rows");
    /// assert!(Deck::new("metrics").html().contains("7 rows"));
    /// ```
    pub fn new(name: &str) -> Self {
        current_context().decks().deck(name)
    }
}
