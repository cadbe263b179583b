//! Settings from files and the environment, and the ids that Flyte gives to things.
//!
//! An inner crate of `flyte-runtime`, pinned to its exact version: depend on that crate alone.

pub mod config;
pub mod identifier;
pub mod local_state;
pub mod private;
pub mod random;
pub mod settings;
pub mod system;
