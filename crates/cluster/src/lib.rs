//! Entities, graphs and values in the form of a cluster, and the container that runs one task there.
//!
//! An inner crate of `flyte-runtime`, pinned to its exact version: depend on that crate alone.

pub mod distribution;
pub mod execute;
mod json_struct;
pub mod literal;
pub mod literal_type;
pub mod offload;
pub mod package;
pub mod serialize;
