//! What a Flyte 1 cluster takes, and what is made of a graph so that it does.
//!
//! A run on this machine does what Rust allows; Flyte 1's compiler refuses some of it when a workflow is registered.
//! [`lower`](mod@lower) turns a graph into one with the same results that it takes; [`check`](mod@check) knows what it refuses all the same,
//! and what it does otherwise.

pub mod check;
pub mod lower;
