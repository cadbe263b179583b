//! Displays graphs and runs.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

pub mod page;
pub mod picture;
pub mod terminal;
