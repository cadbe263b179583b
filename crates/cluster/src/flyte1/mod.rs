//! The client of a Flyte 1 cluster: what is registered, started, watched and fetched there.

mod auth;
mod client;
mod conflict;
mod connect;
mod content_version;
mod diff;
mod error;
mod execution;
mod fetch;
mod http;
mod logs;
mod pull;
mod register;
mod relaunch;
mod remote;
mod signals;
mod upload;
mod watch;

pub use diff::Difference;
pub use error::{ClusterError, Conflict, ExecutionEnd};
pub use execution::{ExecuteOptions, Execution};
pub use fetch::{ExecutionRecord, Status};
pub use pull::Pulled;
pub use register::{Outcome, RegisterOptions, RegisteredEntity, Registration, RegistrationStep};
pub use relaunch::RelaunchOptions;
pub use remote::{BlockingRemote, Remote};
pub use signals::Signal;
pub use watch::{AttemptRun, ExecutionTree, NodeRun};
