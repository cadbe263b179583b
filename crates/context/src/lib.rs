//! The context of a task: its parameters, and the services that it can use while it runs.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

pub mod checkpoint;
pub mod context;
pub mod deck;
pub mod directories;
pub mod files;
pub mod output_metadata;
pub mod question;
pub mod secrets;
pub mod stats;
pub mod storage;
