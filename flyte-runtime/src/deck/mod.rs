//! Decks: pages about one execution of a task, in HTML, for people to look at.
//!
//! [`Decks`] is what a task writes to: a deck for every name, and a timeline. [`render`] makes one page of them.
//!
//! ```
//! use flyte_runtime::deck::{Decks, Html, render};
//!
//! let decks = Decks::new();
//! decks.default_deck().append("7 rows < 1 % of all").append(Html::raw("<h2>Plot</h2>"));
//! let rows = decks.timeline_deck().measure("load", || 7);
//!
//! let page = render(&decks);
//! assert!(page.contains("7 rows &lt; 1 % of all") && page.contains("<h2>Plot</h2>"));
//! # assert_eq!(rows, 7);
//! ```
//!
//! Corresponds to `flytekit.Deck`. There what is appended is always HTML; here it is text unless it is an [`Html`].

#[expect(clippy::module_inception, reason = "the deck of the decks")]
mod deck;
mod directory;
mod html;
mod markdown;
mod page;
mod pages;
mod parts;
mod plot;
mod table;
#[cfg(test)]
mod tests;
mod timeline;

pub use crate::entity::options::DeckField;
pub use deck::{Deck, Decks, Status};
pub(crate) use directory::Directory;
pub use html::Html;
pub use markdown::Markdown;
pub use page::render;
#[cfg(feature = "remote")]
pub(crate) use page::render_all;
pub(crate) use pages::{Pages, SharedSink, Sink};
pub(crate) use parts::{begin, fail, succeed};
pub use plot::Plot;
pub use table::Table;
pub use timeline::{TimelineDeck, TimelineRow};

/// A page cannot be written where pages go.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the deck cannot be written to `{to}`: {reason}")]
pub struct DeckError {
    /// The file.
    pub(crate) to: String,
    /// What the system or the store said.
    pub(crate) reason: String,
}
