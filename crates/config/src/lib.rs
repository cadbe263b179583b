//! Settings from files and the environment, the ids that Flyte gives to things, private files, and what only Unix can do.
//!
//! An inner crate of `flyte-runtime`, pinned to its exact version: depend on that crate alone.

pub mod config;
pub mod identifier;
pub mod local_state;
pub mod private;
pub mod random;
mod setters;
pub mod settings;
pub mod system;
