//! Entities, graphs and values as a cluster reads them, and the container that runs one task there.
//!
//! An inner crate of `flyte-runtime`, pinned to its exact version: depend on that crate alone.

#[cfg(feature = "dev-server")]
pub mod dev_server;
pub mod distribution;
pub mod execute;
#[cfg(feature = "cluster")]
pub mod flyte1;
mod json_struct;
pub mod literal;
pub mod literal_type;
pub mod offload;
pub mod package;
pub mod serialize;
