//! Entities, graphs and values in the form of a cluster, and the container that runs one task there.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

#[cfg(feature = "remote")]
pub mod bundle;
#[cfg(feature = "dev-server")]
pub mod dev_server;
#[cfg(feature = "remote")]
pub mod distribution;
pub mod execute;
#[cfg(feature = "cluster")]
pub mod flyte1;
#[cfg(feature = "cluster")]
pub mod flyte2;
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
#[cfg(feature = "cluster")]
pub mod ship;
mod transfer;
