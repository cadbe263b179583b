//! Entities, graphs and values as a cluster reads them, and the container that runs one task there.
//!
//! An inner crate of `flyte-runtime`, pinned to its exact version: depend on that crate alone.

#[cfg(feature = "remote")]
pub mod distribution;
pub mod execute;
#[cfg(feature = "remote")]
mod json_struct;
#[cfg(feature = "remote")]
pub mod literal;
#[cfg(feature = "remote")]
pub mod literal_type;
pub mod offload;
#[cfg(feature = "remote")]
pub mod package;
#[cfg(feature = "remote")]
pub mod serialize;
