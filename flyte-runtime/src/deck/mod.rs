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
mod html;
mod page;
mod parts;
#[cfg(test)]
mod tests;
mod timeline;

pub use crate::entity::options::DeckField;
pub use deck::{Deck, Decks};
pub use html::Html;
pub use page::render;
pub(crate) use parts::describe;
pub use timeline::{TimelineDeck, TimelineRow};
