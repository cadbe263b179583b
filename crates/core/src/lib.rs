//! The types of values, and the declarations of a program: entities and the graphs they compile to.
//!
//! An inner crate of `flyte-runtime`, pinned to its exact version: depend on that crate alone.

#[doc(hidden)]
pub mod __private;
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
