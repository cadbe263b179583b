//! Displays graphs and runs.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

#[cfg(feature = "ui")]
pub mod console;
pub mod page;
pub mod picture;
pub mod terminal;
