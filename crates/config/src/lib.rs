//! Settings from files and the environment, Flyte's identifiers, private files, and Unix-only functions.
//!
//! An inner crate of `flyte-runtime`, pinned to its exact version: depend on that crate alone.

pub mod config;
pub mod identifier;
pub mod local_state;
pub mod private;
pub mod random;
pub mod settings;
pub mod system;
