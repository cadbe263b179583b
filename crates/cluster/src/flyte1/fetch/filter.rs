//! Which executions a list is to have.

use std::time::SystemTime;

use super::{ExecutionRecord, Status, execution};
use crate::flyte1::{
    error::ClusterError,
    remote::{BlockingRemote, Remote, blocking},
};
use flyte_events::events::time_text;

/// Which executions a list is to have: those to which all of it applies.
///
/// ```
/// use flyte_runtime::cluster::{ExecutionFilter, Status};
///
/// let filter = ExecutionFilter::new().status(Status::Failed).launch_plan("my_crate.nightly");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct ExecutionFilter {
    conditions: Vec<(&'static str, &'static str, String)>,
}

impl ExecutionFilter {
    /// All executions.
    pub fn new() -> Self {
        Self::default()
    }

    fn and(mut self, function: &'static str, field: &'static str, value: String) -> Self {
        self.conditions.push((function, field, value));
        self
    }

    /// Those that stand so. A cluster distinguishes more: [`Status::Running`] leaves out those that are about to end.
    pub fn status(self, status: Status) -> Self {
        let phase = match status {
            Status::Queued => "QUEUED",
            Status::Running => "RUNNING",
            Status::Succeeded | Status::Cached | Status::Recovered | Status::Skipped => "SUCCEEDED",
            Status::Failed => "FAILED",
            Status::Aborted => "ABORTED",
            Status::TimedOut => "TIMED_OUT",
        };
        self.and("eq", "phase", phase.to_owned())
    }

    /// Those of a launch plan, whatever its version. Of a workflow that was started by its name it is the one of that
    /// name.
    pub fn launch_plan(self, name: impl Into<String>) -> Self {
        self.and("eq", "launch_plan.name", name.into())
    }

    /// Those of a task that was started alone.
    pub fn task(self, name: impl Into<String>) -> Self {
        self.and("eq", "task.name", name.into())
    }

    /// Those of a workflow, with whichever launch plan.
    pub fn workflow(self, name: impl Into<String>) -> Self {
        self.and("eq", "workflow.name", name.into())
    }

    /// Those of a version of a launch plan.
    pub fn version(self, version: impl Into<String>) -> Self {
        self.and("eq", "launch_plan.version", version.into())
    }

    /// Those with a tag; can be repeated.
    pub fn tag(self, tag: impl Into<String>) -> Self {
        self.and("eq", "admin_tag.name", tag.into())
    }

    /// Those that a user has started.
    pub fn user(self, user: impl Into<String>) -> Self {
        self.and("eq", "user", user.into())
    }

    /// Those that were made at this time or later.
    pub fn created_since(self, time: SystemTime) -> Self {
        self.and("gte", "created_at", time_text(time))
    }

    /// Those that were made before this time.
    pub fn created_before(self, time: SystemTime) -> Self {
        self.and("lt", "created_at", time_text(time))
    }

    /// As Flyte writes it.
    pub(super) fn text(&self) -> Result<String, ClusterError> {
        let mut texts = Vec::new();
        for (function, field, value) in &self.conditions {
            // Flyte has no way to write these.
            if value.is_empty() || value.contains(['(', ')', ',', '+', ';']) {
                return Err(ClusterError::Setting(format!(
                    "executions cannot be filtered by {field} `{value}`: a cluster takes at least a character there, \
                     and none of `( ) , + ;`"
                )));
            }
            texts.push(format!("{function}({field},{value})"));
        }
        Ok(texts.join("+"))
    }
}

impl Remote {
    /// The executions that a filter lets through, the newest first, and at most so many.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] for what cannot be filtered by; other [`ClusterError`]s.
    pub async fn list_executions(
        &self,
        filter: &ExecutionFilter,
        most: usize,
    ) -> Result<Vec<ExecutionRecord>, ClusterError> {
        execution::executions(&self.client, filter, most).await
    }
}

blocking! {
    list_executions(filter: &ExecutionFilter, most: usize) -> Vec<ExecutionRecord>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_written_as_flyte_reads_them() {
        let filter = ExecutionFilter::new()
            .status(Status::TimedOut)
            .launch_plan("a.b")
            .tag("nightly");
        assert_eq!(
            filter.text().ok().as_deref(),
            Some("eq(phase,TIMED_OUT)+eq(launch_plan.name,a.b)+eq(admin_tag.name,nightly)")
        );
        assert!(ExecutionFilter::new().tag("a,b").text().is_err());
        assert_eq!(ExecutionFilter::new().text().ok().as_deref(), Some(""));
    }
}
