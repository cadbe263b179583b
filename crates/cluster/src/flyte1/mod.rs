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
mod register;
mod relaunch;
mod remote;
mod sign_in;
mod signals;
mod upload;
mod watch;

#[cfg(feature = "keyring")]
pub use auth::SystemKeyring;
pub use auth::{ConnectOptions, SignInRequest, TokenStore};
pub use diff::Difference;
pub use error::{ClusterError, Conflict, ExecutionEnd};
pub use execution::{ExecuteOptions, Execution};
pub use fetch::{ExecutionRecord, Status};
pub use register::{Outcome, RegisterOptions, RegisteredEntity, Registration, RegistrationStep};
pub use relaunch::RelaunchOptions;
pub use remote::{BlockingRemote, Remote};
pub use signals::Signal;
pub use watch::{AttemptRun, ExecutionTree, NodeRun};
