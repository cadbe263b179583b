//! Flyte 2: what parents, their children and the services of a control plane do together.
//!
//! The program is registered with its own command, and what a run gives is compared with a run on this machine.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

mod cluster;
mod interrupted;
mod outputs;
mod services;
