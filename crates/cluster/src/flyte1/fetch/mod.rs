//! What a cluster has: executions, and tasks, workflows and launch plans with their interfaces.

mod entity;
mod execution;
mod filter;
mod interface;
mod launch_plan;
mod task;
mod workflow;

pub use entity::{EntityId, Fetched, Version};
pub use execution::{ExecutionRecord, Status};
pub use filter::ExecutionFilter;
pub use interface::{RemoteInput, RemoteInterface, RemoteOutput};
pub use launch_plan::RemoteLaunchPlan;
pub use task::{RemoteTask, RemoteTaskOptions};
pub use workflow::{RemoteNode, RemoteWorkflow};

pub(super) use entity::{instead, resource_type};
pub(super) use execution::{end_of, executions, time};
pub(super) use launch_plan::launch_plan;
pub(super) use task::task;
pub(super) use workflow::{compiled as workflow, workflow as fetched_workflow};
