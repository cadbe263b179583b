//! How executions stand, and lists of them.

use std::time::SystemTime;

use flyte_idl::{
    flyteidl::{
        admin::{self, execution_closure::OutputResult},
        core::workflow_execution::Phase,
    },
    prost_types::Timestamp,
};
use serde_json::{Value as Json, json};

use super::filter::ExecutionFilter;
use crate::flyte1::{
    client::Client,
    error::{ClusterError, ExecutionEnd},
    pages::{newest_first, paged},
    place,
};
use flyte_events::events::time_text;

/// How an execution, or a node of one, stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// It waits for its turn.
    Queued,
    /// It runs.
    Running,
    /// It has given its outputs.
    Succeeded,
    /// The cluster's cache had its outputs.
    Cached,
    /// An execution before had its outputs.
    Recovered,
    /// It failed.
    Failed,
    /// It was ended from outside.
    Aborted,
    /// It took too long.
    TimedOut,
    /// It did not have to run.
    Skipped,
}

impl Status {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Cached => "cached",
            Self::Recovered => "recovered",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
            Self::TimedOut => "timed out",
            Self::Skipped => "skipped",
        }
    }

    /// Whether nothing follows any more.
    pub fn is_end(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    /// Whether there are outputs.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Succeeded | Self::Cached | Self::Recovered)
    }

    pub(in crate::flyte1) fn of_execution(phase: Phase) -> Self {
        match phase {
            // A server has said nothing yet.
            Phase::Undefined | Phase::Queued => Self::Queued,
            Phase::Running | Phase::Succeeding | Phase::Failing | Phase::Aborting => Self::Running,
            Phase::Succeeded => Self::Succeeded,
            Phase::Failed => Self::Failed,
            Phase::Aborted => Self::Aborted,
            Phase::TimedOut => Self::TimedOut,
        }
    }
}

/// What a list says of an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecutionRecord {
    /// Its name.
    pub name: String,
    /// What it runs.
    pub entity: String,
    /// The version of that.
    pub version: String,
    /// How it stands.
    pub status: Status,
    /// When it was made.
    pub created: Option<SystemTime>,
    /// How long it took, or takes.
    pub took: Option<std::time::Duration>,
    /// What went wrong, with the code in front; a list has the beginning alone.
    pub error: Option<String>,
}

impl ExecutionRecord {
    pub(in crate::flyte1) fn of(execution: admin::Execution) -> Self {
        let spec = execution.spec.unwrap_or_default();
        let launch_plan = spec.launch_plan.unwrap_or_default();
        let closure = execution.closure.unwrap_or_default();
        Self {
            name: execution.id.unwrap_or_default().name,
            entity: launch_plan.name,
            version: launch_plan.version,
            status: Status::of_execution(closure.phase()),
            created: closure.created_at.and_then(time),
            took: closure
                .duration
                .and_then(|duration| duration.try_into().ok()),
            error: error_of(&closure).map(|(code, message)| match code {
                Some(code) => format!("[{code}] {message}"),
                None => message,
            }),
        }
    }

    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        json!({
            "name": self.name,
            "entity": self.entity,
            "version": self.version,
            "status": self.status.name(),
            "created": self.created.map(time_text),
            "seconds": self.took.map(|took| took.as_secs_f64()),
            "error": self.error,
        })
    }
}

pub(in crate::flyte1) fn time(timestamp: Timestamp) -> Option<SystemTime> {
    timestamp.try_into().ok()
}

/// What went wrong, with the code if there is one.
fn error_of(closure: &admin::ExecutionClosure) -> Option<(Option<String>, String)> {
    match closure.output_result.as_ref()? {
        OutputResult::Error(error) => Some((
            Some(error.code.clone()).filter(|code| !code.is_empty()),
            error.message.clone(),
        )),
        OutputResult::AbortMetadata(abort) => Some((None, abort.cause.clone())),
        _ => None,
    }
}

/// The end of an execution that has given nothing.
pub(in crate::flyte1) fn end_of(name: &str, closure: &admin::ExecutionClosure) -> ExecutionEnd {
    let (code, message) = error_of(closure).unwrap_or_default();
    ExecutionEnd {
        name: name.to_owned(),
        phase: match Status::of_execution(closure.phase()) {
            Status::Aborted => "was aborted",
            Status::TimedOut => "timed out",
            _ => "failed",
        },
        code,
        message,
    }
}

/// The executions that a filter lets through, the newest first, and at most so many.
pub(in crate::flyte1) async fn executions(
    client: &Client,
    filter: &ExecutionFilter,
    most: usize,
) -> Result<Vec<ExecutionRecord>, ClusterError> {
    let filters = filter.text()?;
    let all = paged!(
        client,
        admin,
        list_executions,
        executions,
        most,
        |limit, token| {
            admin::ResourceListRequest {
                filters: filters.clone(),
                ..newest_first(client, "", limit, token)
            }
        }
    );
    if all.is_empty() {
        place::check(client).await?;
    }
    Ok(all.into_iter().map(ExecutionRecord::of).collect())
}
