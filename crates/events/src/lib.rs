//! The events of a run, as data, and the files that record them.
//!
//! An inner crate of `flyte-runtime`, pinned to its exact version: depend on that crate alone.

pub mod events;
pub mod history;
