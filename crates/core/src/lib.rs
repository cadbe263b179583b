//! The types of values, and what a program declares: entities and the graphs they compile to.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

#[doc(hidden)]
pub mod __private;
pub mod attempt_error;
mod closed;
pub mod complete;
pub mod error;
pub mod graph;
pub mod hexadecimal;
pub mod lock;
pub mod options;
pub mod panic;
pub mod registry;
pub mod rendered;
pub mod text;
pub mod types;
