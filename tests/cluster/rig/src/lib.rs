//! Flyte 1 in a process: starting it, asking it, and its files.

mod client;
mod process;
mod proxy;
mod rig;

pub use client::{Cluster, DOMAIN, VERSION};
pub use proxy::Proxy;
pub use rig::{Data, Pods, Rig};
