//! The small languages that users write in attributes and on the command line.
//!
//! An inner crate of `flyte-runtime`, pinned to its exact version: depend on that crate alone.

pub mod duration;
