//! The small languages that people write in attributes and on the command line.
//!
//! An inner crate of `flyte-runtime`, pinned to its exact version: depend on that crate alone.

pub mod cron;
pub mod duration;
pub mod nearest;
pub mod quantity;
