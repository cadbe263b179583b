//! Shows graphs and runs.
//!
//! An inner crate of `flyte-runtime`, pinned to its exact version: depend on that crate alone.

pub mod picture;
pub mod progress;
