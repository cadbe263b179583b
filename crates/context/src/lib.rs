//! Everything that a task can read and use while it runs: its context, files, secrets, checkpoints and decks.
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
