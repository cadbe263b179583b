//! Actions and runs, as answers tell of them.

use flyte_idl::flyteidl2::{
    common::ActionPhase,
    core::execution_error::ErrorKind,
    task::OutputReferences,
    workflow::{
        self, AbortInfo, ActionAttempt, ActionDetails, ActionMetadata, ActionStatus, ActionType,
        ErrorInfo, TaskActionMetadata, TraceActionMetadata, action_details, action_metadata,
        error_info,
    },
};

use super::state::{Action, Kind, Run};

fn milliseconds(action: &Action) -> Option<u64> {
    let (start, end) = (action.start.as_ref()?, action.end.as_ref()?);
    let of =
        |time: &prost_types::Timestamp| time.seconds * 1000 + i64::from(time.nanos) / 1_000_000;
    u64::try_from(of(end) - of(start)).ok()
}

fn status(action: &Action) -> ActionStatus {
    let phase = match action.phase {
        ActionPhase::Unspecified => ActionPhase::Queued,
        phase => phase,
    };
    ActionStatus {
        phase: phase.into(),
        start_time: action.start,
        end_time: action.end,
        attempts: (action.attempts.len() as u32).max(1),
        cache_status: action.cache_status.into(),
        duration_ms: milliseconds(action),
    }
}

fn metadata(run: &Run, action: &Action) -> ActionMetadata {
    let (kind, spec, environment, name) = match &action.kind {
        Kind::Task { id, spec, .. } => {
            let template = spec.task_template.as_ref();
            let task = TaskActionMetadata {
                id: Some(id.clone()),
                task_type: template.map_or_else(String::new, |template| template.r#type.clone()),
                short_name: spec.short_name.clone(),
                queue: None,
            };
            let environment = spec.environment.as_ref().map(|own| own.name.clone());
            let name = spec.short_name.clone();
            (
                ActionType::Task,
                action_metadata::Spec::Task(task),
                environment,
                name,
            )
        }
        Kind::Trace { name, .. } => {
            let trace = TraceActionMetadata { name: name.clone() };
            (
                ActionType::Trace,
                action_metadata::Spec::Trace(trace),
                None,
                name.clone(),
            )
        }
    };
    ActionMetadata {
        parent: action.parent.clone(),
        group: action.group.clone(),
        action_type: kind.into(),
        environment_name: environment.unwrap_or_default(),
        funtion_name: name,
        source: run.source.into(),
        spec: Some(spec),
        ..ActionMetadata::default()
    }
}

/// What of an error the services keep: not its code.
fn error_info(error: &flyte_idl::flyteidl2::core::ExecutionError) -> ErrorInfo {
    let kind = match error.kind() {
        ErrorKind::System => error_info::Kind::System,
        _ => error_info::Kind::User,
    };
    ErrorInfo {
        message: error.message.clone(),
        kind: kind.into(),
        ..ErrorInfo::default()
    }
}

/// An action in a list.
pub(super) fn listed(run: &Run, action: &Action) -> workflow::Action {
    workflow::Action {
        id: Some(action.id(&run.id)),
        metadata: Some(metadata(run, action)),
        status: Some(status(action)),
    }
}

/// Everything about an action.
pub(super) fn details(run: &Run, action: &Action) -> ActionDetails {
    let count = action.attempts.len();
    let attempts = action.attempts.iter().enumerate().map(|(index, attempt)| {
        let is_last = index + 1 == count;
        ActionAttempt {
            // Earlier ones stay in the last phase that was recorded of them.
            phase: attempt.phase.into(),
            start_time: attempt.start,
            end_time: attempt.end,
            error_info: attempt.error.as_ref().filter(|_| is_last).map(error_info),
            attempt: index as u32 + 1,
            outputs: Some(OutputReferences {
                output_uri: format!("{}/outputs.pb", attempt.output_uri),
                report_uri: format!("{}/report.html", attempt.output_uri),
            }),
            cache_status: action.cache_status.into(),
            ..ActionAttempt::default()
        }
    });
    let result = match (action.is_aborted, &action.error) {
        (true, _) => Some(action_details::Result::AbortInfo(AbortInfo {
            reason: action.abort_reason.clone().unwrap_or_default(),
            aborted_by: None,
        })),
        (false, Some(error)) => Some(action_details::Result::ErrorInfo(error_info(error))),
        (false, None) => None,
    };
    let spec = match &action.kind {
        Kind::Task { spec, .. } => Some(action_details::Spec::Task((**spec).clone())),
        Kind::Trace { spec, .. } => spec.clone().map(action_details::Spec::Trace),
    };
    ActionDetails {
        id: Some(action.id(&run.id)),
        metadata: Some(metadata(run, action)),
        status: Some(status(action)),
        attempts: attempts.collect(),
        result,
        spec,
    }
}
