//! Options of tasks, in few words.

use std::time::Duration;

use flyte_core::{
    graph::{
        NodeOverrides,
        entity::{EntityDescriptor, EntityKind},
    },
    no_other_variant,
    options::{FailurePolicy, Process, Resources, TaskOptions, When},
};
use flyte_grammar::duration;

/// What a task does in another process; nothing for one in Rust.
pub(super) fn runs_in(entity: &EntityDescriptor) -> String {
    let options = entity.task_options();
    let in_process = options.and_then(|options| options.process.as_ref());
    match (in_process, entity.built_in()) {
        (Some(Process::Shell(_)), _) => "shell".to_owned(),
        (Some(Process::Container(_)), _) => "container".to_owned(),
        (Some(Process::Echo), _) => "echo".to_owned(),
        (Some(_), _) => no_other_variant!(Process),
        (None, Some(built_in)) => built_in.to_owned(),
        (None, None) => String::new(),
    }
}

/// What a reader of the heading is told: what it is unless a workflow, when it starts, what follows a failure.
pub(super) fn facts(entity: &EntityDescriptor) -> Vec<String> {
    let mut facts = Vec::new();
    if entity.kind() != EntityKind::Workflow {
        facts.push(entity.kind().to_string());
    }
    if let Some(options) = entity.launch_plan_options() {
        let schedules = options.schedule.iter().chain(&options.trigger);
        facts.extend(schedules.map(|schedule| match schedule.when {
            When::Cron { .. } => format!("cron {schedule}"),
            _ => schedule.to_string(),
        }));
    }
    let policy = entity
        .workflow_options()
        .map(|options| options.failure_policy);
    if policy == Some(FailurePolicy::FailAfterExecutableNodesComplete) {
        facts.push("goes on after a failure".to_owned());
    }
    facts
}

/// The options that say how a step runs, those of the node before those of the task.
pub(super) fn of(
    entity: Option<&'static EntityDescriptor>,
    overrides: Option<&NodeOverrides>,
) -> Vec<String> {
    let none = TaskOptions::new();
    let task = entity
        .and_then(EntityDescriptor::task_options)
        .unwrap_or(&none);
    let own = NodeOverrides::new();
    let own = overrides.unwrap_or(&own);
    let mut marks = Vec::new();
    let retries = own.retries.unwrap_or(task.retries);
    if retries > 0 {
        marks.push(counted(retries, "retry", "retries"));
    }
    let time = |name: &str, time: Option<Duration>| {
        time.filter(|time| !time.is_zero())
            .map(|time| format!("{name} {}", duration::format(time)))
    };
    marks.extend(time("timeout", own.timeout.or(task.timeout)));
    marks.extend(time("deadline", task.deadline));
    match (&own.cache, task.cache) {
        (Some(cache), declared) if cache.enabled => {
            let declared = declared.map(|cache| cache.version.to_owned());
            let version = cache.version.clone().or(declared).unwrap_or_default();
            marks.push(cached(&version));
        }
        (None, Some(declared)) => marks.push(cached(declared.version)),
        _ => {}
    }
    if own.interruptible.or(task.interruptible) == Some(true) {
        marks.push("interruptible".to_owned());
    }
    let declared = |resources: &Resources| {
        let amounts = [
            ("cpu", resources.cpu),
            ("mem", resources.mem),
            ("gpu", resources.gpu),
        ];
        let amounts = amounts.into_iter();
        amounts
            .filter_map(|(name, amount)| Some((name, amount?.to_string())))
            .collect::<Vec<_>>()
    };
    let requests = if own.requests.amounts.is_empty() {
        declared(&task.requests)
    } else {
        let amounts = own.requests.amounts.iter();
        amounts
            .map(|(name, amount)| (*name, amount.clone()))
            .collect()
    };
    marks.extend(
        requests
            .iter()
            .map(|(name, amount)| format!("{name} {amount}")),
    );
    match task.secret_requests.len() {
        0 => {}
        number => marks.push(counted(number as u32, "secret", "secrets")),
    }
    if task.enable_deck == Some(true) {
        marks.push("deck".to_owned());
    }
    if task.deprecated.is_some() {
        marks.push("deprecated".to_owned());
    }
    marks
}

/// That results are kept. The version that the macro gives is a digest, which tells a reader nothing.
fn cached(version: &str) -> String {
    let shown = match version.starts_with("auto-") {
        true => "auto",
        false => version,
    };
    format!("cache {shown}").trim_end().to_owned()
}

fn counted(number: u32, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
