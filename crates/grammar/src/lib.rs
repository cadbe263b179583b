//! The small languages that users write in attributes and on the command line.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

pub mod cron;
pub mod duration;
pub mod nearest;
pub mod quantity;
