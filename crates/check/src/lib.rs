//! The rules of Flyte 1's compiler, and graphs in the form that it accepts.
//!
//! An inner crate of `flyte-runtime`, pinned to its exact version: depend on that crate alone.

pub mod check;
pub mod lower;
