//! How a child ended.

use flyte_core::error::{BoxError, TaskError};
use flyte_idl::flyteidl2::{
    common::ActionPhase,
    core::{ExecutionError, execution_error::ErrorKind},
    workflow::ActionUpdate,
};

/// How a child ended, as the cluster says it.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) phase: ActionPhase,
    pub(super) error: Option<ExecutionError>,
    /// The directory of its last attempt.
    pub(super) output_uri: String,
}

/// Why a child has no outputs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ChildError {
    #[error("action {action}: {message}")]
    Failed {
        action: String,
        message: String,
        is_user: bool,
    },
    #[error("action {action} was aborted")]
    Aborted { action: String },
    #[error("action {action} has exceeded its time limit")]
    TimedOut { action: String },
    #[error("action {action} cannot be run: {reason}")]
    NotRun { action: String, reason: String },
}

impl End {
    /// The end that an update tells; `None` if it tells of another phase.
    pub(super) fn of(update: &ActionUpdate) -> Option<Self> {
        let phase = update.phase();
        is_last(phase).then(|| Self {
            phase,
            error: update.error.clone(),
            output_uri: update.output_uri.clone(),
        })
    }

    pub(super) fn has_succeeded(&self) -> bool {
        matches!(self.phase, ActionPhase::Succeeded | ActionPhase::Recovered)
    }

    /// Why there are no outputs. `written` is what the child itself has left, for a cluster that tells no error.
    pub(super) fn failure(&self, action: &str, written: Option<String>) -> ChildError {
        let action = action.to_owned();
        match self.phase {
            ActionPhase::Aborted => ChildError::Aborted { action },
            ActionPhase::TimedOut => ChildError::TimedOut { action },
            _ => {
                let told = self.error.as_ref();
                let is_user = told.is_none_or(|error| error.kind() != ErrorKind::System);
                let told = told.map(|error| error.message.clone());
                let told = told.filter(|message| !message.is_empty()).or(written);
                let message = told.unwrap_or_else(|| "it failed without an error".to_owned());
                ChildError::Failed {
                    action,
                    message,
                    is_user,
                }
            }
        }
    }
}

impl ChildError {
    /// The error of the node: the cluster has made all attempts, so nothing here makes another.
    pub(super) fn into_error(self) -> BoxError {
        TaskError::fatal(self).into()
    }
}

pub(super) fn is_last(phase: ActionPhase) -> bool {
    matches!(
        phase,
        ActionPhase::Succeeded
            | ActionPhase::Failed
            | ActionPhase::Aborted
            | ActionPhase::TimedOut
            | ActionPhase::Recovered
    )
}

#[cfg(test)]
mod tests {
    use super::{ChildError, End};
    use flyte_idl::flyteidl2::{
        common::ActionPhase,
        core::{ExecutionError, execution_error::ErrorKind},
        workflow::ActionUpdate,
    };

    fn end(phase: ActionPhase, error: Option<ExecutionError>) -> Option<End> {
        End::of(&ActionUpdate {
            phase: phase.into(),
            error,
            ..ActionUpdate::default()
        })
    }

    #[test]
    fn only_last_phases_are_an_end() {
        use ActionPhase::{Paused, Queued, Recovered, Running, Unspecified};
        for phase in [Unspecified, Queued, Running, Paused] {
            assert!(end(phase, None).is_none(), "{phase:?}");
        }
        assert!(end(Recovered, None).is_some_and(|end| end.has_succeeded()));
        assert!(end(ActionPhase::Failed, None).is_some_and(|end| !end.has_succeeded()));
    }

    #[test]
    fn a_failure_has_the_error_of_the_cluster_or_else_the_one_that_was_written() {
        let error = ExecutionError {
            message: "no 3".to_owned(),
            kind: ErrorKind::User.into(),
            ..ExecutionError::default()
        };
        let told = end(ActionPhase::Failed, Some(error)).expect("it is there");
        let text = told.failure("x", Some("other".to_owned())).to_string();
        assert_eq!(text, "action x: no 3");
        let untold = end(ActionPhase::Failed, None).expect("it is there");
        assert_eq!(
            untold.failure("x", Some("written".to_owned())).to_string(),
            "action x: written"
        );
        assert_eq!(
            untold.failure("x", None).to_string(),
            "action x: it failed without an error"
        );
        let aborted = end(ActionPhase::Aborted, None).expect("it is there");
        assert_eq!(
            aborted.failure("x", None),
            ChildError::Aborted {
                action: "x".to_owned()
            }
        );
    }
}
