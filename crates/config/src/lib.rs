//! Settings from files and the environment, Flyte's identifiers, private files, and Unix-only functions.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

pub mod browser;
pub mod config;
pub mod identifier;
pub mod local_state;
pub mod private;
pub mod random;
mod setters;
pub mod settings;
pub mod system;
