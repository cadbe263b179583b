//! The client of a Flyte 1 cluster: what is registered, started, watched and fetched there.

mod auth;
mod client;
mod conflict;
mod connect;
mod console;
mod content_version;
mod diff;
mod download;
mod error;
mod execution;
mod fetch;
mod http;
mod inputs;
mod outputs;
mod references;
mod register;
mod relaunch;
mod remote;
mod signals;
mod sync;
mod upload;
mod wait;
mod watch;

pub use diff::Difference;
pub use error::{AbsentEntity, ClusterError, Conflict, ExecutionEnd};
pub use execution::{ExecuteOptions, Execution};
pub use fetch::{
    EntityId, ExecutionFilter, ExecutionRecord, Fetched, RemoteInput, RemoteInterface,
    RemoteLaunchPlan, RemoteNode, RemoteOutput, RemoteTask, RemoteTaskOptions, RemoteWorkflow,
    Status, Version,
};
pub use inputs::Inputs;
pub use references::{ReferenceCheck, ReferenceDifference};
pub use register::{Outcome, RegisterOptions, RegisteredEntity, Registration, RegistrationStep};
pub use relaunch::RelaunchOptions;
pub use remote::{BlockingRemote, Remote};
pub use signals::Signal;
pub use sync::{NodeValues, RemoteExecution};
pub use wait::WaitOptions;
pub use watch::{AttemptRun, ExecutionTree, NodeRun};
