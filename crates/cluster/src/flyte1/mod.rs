//! The client of a Flyte 1 cluster: what is registered, started, watched and fetched there.

mod archive;
mod auth;
mod backfill;
mod client;
mod conflict;
pub(crate) mod connect;
mod console;
mod content_version;
mod diff;
mod doctor;
mod download;
mod entities;
mod error;
mod execution;
mod fetch;
pub(crate) mod http;
pub(crate) mod images;
mod inputs;
mod launch_plans;
mod logs;
mod node_values;
mod outputs;
mod pages;
mod place;
mod projects;
mod prune;
mod pull;
mod references;
mod register;
mod relaunch;
mod remote;
mod schedule;
mod sign_in;
mod signals;
mod sync;
mod upload;
mod versions;
mod wait;
mod watch;

#[cfg(feature = "keyring")]
pub use auth::SystemKeyring;
pub(crate) use auth::output_within;
pub use auth::{ConnectOptions, SignInRequest, TokenStore};
pub use backfill::{BackfillOptions, BackfillRun};
pub(crate) use client::Client;
pub use diff::Difference;
pub use doctor::{Health, HealthCheck};
pub use entities::{EntityDetails, EntityRecord, EntityVariable, Given};
pub use error::{AbsentEntity, ClusterError, Conflict, ExecutionEnd};
pub use execution::{ExecuteOptions, Execution};
pub use fetch::{
    EntityId, ExecutionFilter, ExecutionRecord, Fetched, RemoteInput, RemoteInterface,
    RemoteLaunchPlan, RemoteNode, RemoteOutput, RemoteTask, RemoteTaskOptions, RemoteWorkflow,
    Status, Version,
};
pub use inputs::Inputs;
pub use launch_plans::LaunchPlanRecord;
pub use projects::ProjectRecord;
pub use pull::Pulled;
pub use references::{ReferenceCheck, ReferenceDifference};
pub use register::{Outcome, RegisterOptions, RegisteredEntity, Registration, RegistrationStep};
pub use relaunch::RelaunchOptions;
pub use remote::{BlockingRemote, Remote};
pub use schedule::PlanSchedule;
pub use signals::Signal;
pub use sync::{NodeValues, RemoteExecution};
pub use versions::EntityVersion;
pub use wait::WaitOptions;
pub use watch::{AttemptRun, ExecutionTree, NodeRun};
