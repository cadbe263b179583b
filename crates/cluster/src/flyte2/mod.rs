//! Flyte 2: a workflow, dynamic or eager task as a parent action that enqueues its tasks as children.

pub mod names;
pub(crate) mod parent;
