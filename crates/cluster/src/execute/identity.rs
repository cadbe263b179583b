//! The identity of a task in a container, from the environment.

use flyte_config::{
    config::Environment,
    identifier::{ActionId, Identifier, ResourceType, WorkflowExecutionIdentifier},
    settings::SerializationSettings,
};
use flyte_core::graph::entity::EntityDescriptor;

use super::Arguments;

/// The default for unknown values.
const UNKNOWN: &str = "local";

/// The first of some variables that has a value.
fn first(environment: &Environment, names: &[&str]) -> Option<String> {
    names
        .iter()
        .filter_map(|name| environment.var(name))
        .find(|value| !value.trim().is_empty())
}

fn or_unknown(value: Option<String>) -> String {
    value.unwrap_or_else(|| UNKNOWN.to_owned())
}

pub(super) fn execution(environment: &Environment) -> WorkflowExecutionIdentifier {
    let part = |names: &[&str]| or_unknown(first(environment, names));
    let id = WorkflowExecutionIdentifier::new(
        part(&["FLYTE_INTERNAL_EXECUTION_PROJECT", "_F_PRJ"]),
        part(&["FLYTE_INTERNAL_EXECUTION_DOMAIN", "_F_DM"]),
        part(&["FLYTE_INTERNAL_EXECUTION_ID", "_F_NM"]),
    );
    id.unwrap_or_else(|error| {
        tracing::warn!(%error, "the environment names no execution");
        WorkflowExecutionIdentifier::local()
    })
}

/// The workflow that contains the task.
pub(super) fn workflow(environment: &Environment) -> Option<String> {
    first(environment, &["FLYTE_INTERNAL_EXECUTION_WORKFLOW", "_F_WF"])
}

/// Whether the task is not a node of a workflow in the source: flyteadmin makes a workflow for a task that is started
/// alone.
pub(super) fn is_alone(environment: &Environment) -> bool {
    let workflow = workflow(environment).unwrap_or_default();
    let name = workflow.rsplit(':').next().unwrap_or_default();
    name.starts_with(".flytegen.")
}

pub(super) fn task(
    entity: &EntityDescriptor,
    arguments: &Arguments,
    environment: &Environment,
) -> Identifier {
    let part = |names: &[&str]| first(environment, names);
    let project = part(&["FLYTE_INTERNAL_TASK_PROJECT", "_F_TK_PRJ"]);
    let domain = part(&["FLYTE_INTERNAL_TASK_DOMAIN", "_F_TK_DM"]);
    let name = part(&["FLYTE_INTERNAL_TASK_NAME", "_F_TK_NM"]);
    let version = part(&["FLYTE_INTERNAL_TASK_VERSION", "_F_TK_V"]);
    let version = version.or_else(|| arguments.version().map(str::to_owned));
    let id = Identifier::new(
        ResourceType::Task,
        or_unknown(project),
        or_unknown(domain),
        name.unwrap_or_else(|| entity.name().to_owned()),
        or_unknown(version),
    );
    id.unwrap_or_else(|error| {
        tracing::warn!(%error, "the environment names no task");
        Identifier::local()
    })
}

/// Completes settings for the graph of a dynamic task: by default it belongs to the project and domain of the
/// execution, and to the version of the task. Code that was unpacked for the task is unpacked for the graph's tasks,
/// too.
pub(super) fn complete(
    settings: SerializationSettings,
    arguments: &Arguments,
    environment: &Environment,
) -> SerializationSettings {
    let part = |own: &Option<String>, names: &[&str]| match own {
        Some(own) if !own.is_empty() => None,
        _ => first(environment, names),
    };
    let project = part(
        &settings.project,
        &["FLYTE_INTERNAL_EXECUTION_PROJECT", "_F_PRJ"],
    );
    let domain = part(
        &settings.domain,
        &["FLYTE_INTERNAL_EXECUTION_DOMAIN", "_F_DM"],
    );
    // This overrides the version of the settings, because the task's version was registered.
    let version = first(environment, &["FLYTE_INTERNAL_TASK_VERSION", "_F_TK_V"]);
    let mut builder = settings.new_builder();
    if let Some(project) = project {
        builder = builder.project(project);
    }
    if let Some(domain) = domain {
        builder = builder.domain(domain);
    }
    if let Some(version) = version {
        builder = builder.version(version);
    }
    if let Some(fast) = arguments.distribution() {
        builder = builder.with_fast_serialization_settings(fast.clone());
    }
    builder.build()
}

/// The number of the attempt; the backend counts from zero.
pub(super) fn attempt(environment: &Environment) -> u32 {
    let number = environment.var("FLYTE_ATTEMPT_NUMBER");
    number
        .and_then(|number| number.trim().parse().ok())
        .unwrap_or(0)
}

/// Flyte 2's identifier of the action; on Flyte 1 it is made from the execution.
pub(super) fn action(arguments: &Arguments, environment: &Environment) -> ActionId {
    let said = |argument: Option<&str>, names: &[&str]| {
        argument
            .map(str::to_owned)
            .or_else(|| first(environment, names))
    };
    let execution = execution(environment);
    let run = said(arguments.run_name(), &["RUN_NAME"]);
    let name = said(arguments.action_name(), &["ACTION_NAME"]);
    let run = run.unwrap_or_else(|| execution.name().to_owned());
    let action = ActionId::new(name.unwrap_or_else(|| run.clone())).and_then(|action| {
        let org = first(environment, &["_U_ORG_NAME"]).unwrap_or_default();
        action.with_run(run, execution.project(), execution.domain(), org)
    });
    action.unwrap_or_else(|error| {
        tracing::warn!(%error, "the environment names no action");
        ActionId::new(UNKNOWN).expect("the word has neither a colon nor a control character")
    })
}
