//! Decks: pages about the executions of tasks, in HTML, for people to look at.

#[expect(clippy::module_inception, reason = "the deck of the decks")]
mod deck;
mod directory;
mod html;
mod markdown;
pub mod page;
mod pages;
mod plot;
mod table;
#[cfg(test)]
mod tests;
mod timeline;
mod transfer;

pub use deck::{Deck, Decks, Status};
pub use directory::Directory;
pub use flyte_core::options::DeckField;
pub use html::Html;
pub use markdown::Markdown;
pub use page::{render, render_all};
pub use pages::{Pages, SharedSink, Sink};
pub use plot::Plot;
pub use table::Table;
pub use timeline::{TimelineDeck, TimelineRow};
pub use transfer::{hand_over, take};

/// A page cannot be written where pages go.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the deck cannot be written to `{to}`: {reason}")]
#[non_exhaustive]
pub struct DeckError {
    /// The file.
    pub to: String,
    /// What the system or the store said.
    pub reason: String,
}

impl DeckError {
    /// A page that could not be written to a place.
    pub fn new(to: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            to: to.into(),
            reason: reason.into(),
        }
    }
}
