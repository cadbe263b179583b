//! Which values can travel, and what a program declares: entities and the graphs they compile to.
//!
//! An inner crate of `flyte-runtime`, pinned to its exact version: depend on that crate alone.

#[doc(hidden)]
pub mod __private;
pub mod attempt;
pub mod compilation;
pub mod condition;
pub mod entity;
pub mod gate;
pub mod graph;
pub mod hexadecimal;
pub mod lock;
pub mod rendered;
pub mod resolver;
pub mod task_error;
pub mod text;
pub mod types;
