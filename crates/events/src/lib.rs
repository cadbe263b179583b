//! The events of a run, as data, and the files that record them.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

pub mod events;
pub mod history;
