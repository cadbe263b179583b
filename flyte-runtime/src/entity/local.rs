//! What options do in a run on this machine.

use std::fmt;

use super::options::{
    LaunchPlanOptions, MountRequirement, Process, Resources, SecretRequest, TaskOptions,
    WorkflowOptions,
};

/// What a run on this machine does about an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LocalEffect {
    /// It does what the option says.
    Enforced,
    /// It keeps the option for a cluster, and says once a run that it has no effect here.
    Recorded,
    /// It does not run what has the option.
    Refused,
}

/// `enforced`, `recorded` or `refused`.
impl fmt::Display for LocalEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Enforced => "enforced",
            Self::Recorded => "recorded",
            Self::Refused => "refused",
        })
    }
}

/// One option of a task, a workflow, a launch plan or a node, and what a run on this machine does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LocalOption {
    /// Its key.
    pub name: &'static str,
    /// What a run does about it.
    pub effect: LocalEffect,
    /// What a run does about it whose tasks are isolated: [`Runner::isolate`](crate::Runner::isolate).
    pub isolated: LocalEffect,
    /// Whether it is said here.
    pub is_set: bool,
    /// How that shows.
    pub meaning: &'static str,
}

pub(crate) fn enforced(name: &'static str, is_set: bool, meaning: &'static str) -> LocalOption {
    LocalOption {
        name,
        effect: LocalEffect::Enforced,
        isolated: LocalEffect::Enforced,
        is_set,
        meaning,
    }
}

pub(crate) fn recorded(name: &'static str, is_set: bool, meaning: &'static str) -> LocalOption {
    LocalOption {
        effect: LocalEffect::Recorded,
        isolated: LocalEffect::Recorded,
        ..enforced(name, is_set, meaning)
    }
}

pub(crate) fn enforced_isolated(
    name: &'static str,
    is_set: bool,
    meaning: &'static str,
) -> LocalOption {
    LocalOption {
        isolated: LocalEffect::Enforced,
        ..recorded(name, is_set, meaning)
    }
}

pub(crate) fn refused(name: &'static str, is_set: bool, meaning: &'static str) -> LocalOption {
    LocalOption {
        effect: LocalEffect::Refused,
        isolated: LocalEffect::Refused,
        ..enforced(name, is_set, meaning)
    }
}

// Each of these takes its struct apart without `..`, so that a new option does not compile before it has a row.

impl TaskOptions {
    /// What a run on this machine does about each option.
    pub fn local_effects(&self) -> Vec<LocalOption> {
        let Self {
            retries,
            retry_on,
            backoff,
            timeout,
            deadline,
            cache,
            interruptible,
            deprecated,
            environment,
            requests,
            limits,
            secret_requests,
            container_image,
            enable_deck,
            deck_fields,
            // Nobody writes it: it is what the macro knows.
            built_from: _,
            docs,
            accelerator,
            shared_memory,
            pod_template_name,
            labels,
            annotations,
            process,
            plugin,
        } = self;
        let is_process = matches!(process, Some(Process::Shell(_) | Process::Container(_)));
        let variables = if is_process {
            enforced
        } else {
            enforced_isolated
        };
        // Of an isolated task memory is limited, and nothing else; the process of a script is not the attempt's.
        let memory = |name, amounts: &Resources, meaning| {
            let is_memory = Resources {
                mem: amounts.mem,
                ..Resources::new()
            } == *amounts;
            let effect = match is_memory && !is_process {
                true => enforced_isolated,
                false => recorded,
            };
            effect(name, *amounts != Resources::new(), meaning)
        };
        let plugin_only = plugin.is_some_and(|plugin| !plugin.has_container);
        let plugins = match plugin_only {
            true => refused,
            false => recorded,
        };
        vec![
            enforced("retries", *retries > 0, "a failed attempt is repeated"),
            enforced(
                "retry_on",
                *retry_on != super::RetryOn::Any,
                "only errors that it names are followed by another attempt",
            ),
            enforced(
                "backoff",
                backoff.is_some(),
                "the next attempt waits for its turn",
            ),
            enforced(
                "timeout",
                timeout.is_some(),
                "an attempt fails when its time is over; the thread of sync code is left behind; a run that leaves more than 256 behind fails",
            ),
            enforced(
                "deadline",
                deadline.is_some(),
                "no attempt begins or goes on after it",
            ),
            enforced(
                "cache",
                cache.is_some(),
                "results are kept and used again; in tests they are not",
            ),
            recorded(
                "interruptible",
                interruptible.is_some(),
                "nobody takes this machine away",
            ),
            recorded(
                "deprecated",
                deprecated.is_some(),
                "the task runs as any other",
            ),
            variables(
                "environment",
                !environment.is_empty(),
                "processes get the variables: scripts, containers, isolated tasks; those of this process stay as they are",
            ),
            memory(
                "requests",
                requests,
                "the task has what this machine has; isolated, no more than this `mem` if there is no limit",
            ),
            memory(
                "limits",
                limits,
                "the task has what this machine has; isolated, no more than this `mem`",
            ),
            enforced(
                "secret_requests",
                !secret_requests.is_empty(),
                "the task fails before its first attempt when a secret is not there; a process has no others",
            ),
            variables(
                "secret_requests(env_var)",
                secret_requests.iter().any(is_not_set),
                "processes get the secret in this variable: scripts, containers, isolated tasks; this process has it if it was started with it",
            ),
            recorded(
                "container_image",
                container_image.is_some(),
                "the task runs in this process",
            ),
            enforced(
                "enable_deck",
                enable_deck.is_some(),
                "the deck is written, or is not",
            ),
            enforced(
                "deck_fields",
                deck_fields.is_some(),
                "the deck has these parts",
            ),
            enforced("docs", docs.is_some(), "`describe` shows it"),
            recorded(
                "accelerator",
                accelerator.is_some(),
                "the task has what this machine has",
            ),
            recorded(
                "shared_memory",
                shared_memory.is_some(),
                "the task has what this machine has",
            ),
            recorded(
                "pod_template_name",
                pod_template_name.is_some(),
                "there is no pod",
            ),
            recorded("labels", !labels.is_empty(), "there is no pod"),
            recorded("annotations", !annotations.is_empty(), "there is no pod"),
            enforced(
                "process",
                process.is_some(),
                "the script or the container runs, and ends with its attempt and with this program",
            ),
            plugins(
                "task_type",
                plugin.is_some(),
                "no plugin is asked, with `custom` and `config`: the function runs as any other; without a body the task is refused",
            ),
        ]
    }
}

/// Whether a secret should be in a variable, and is not in this process.
fn is_not_set(request: &SecretRequest) -> bool {
    let variable = request
        .env_var
        .filter(|_| request.mount_requirement != MountRequirement::File);
    variable.is_some_and(|name| std::env::var_os(name).is_none())
}

impl WorkflowOptions {
    /// What a run on this machine does about each option.
    pub fn local_effects(&self) -> Vec<LocalOption> {
        let Self {
            failure_policy,
            interruptible,
            docs,
        } = self;
        vec![
            enforced(
                "failure_policy",
                *failure_policy != super::FailurePolicy::FailImmediately,
                "after a failure no other node starts, or those still do that can",
            ),
            recorded(
                "interruptible",
                *interruptible,
                "nobody takes this machine away",
            ),
            enforced("docs", docs.is_some(), "`describe` shows it"),
        ]
    }
}

impl LaunchPlanOptions {
    /// What a run on this machine does about each option.
    pub fn local_effects(&self) -> Vec<LocalOption> {
        let Self {
            schedule,
            trigger,
            notifications,
            labels,
            annotations,
            max_parallelism,
            concurrency,
            raw_output_prefix,
            security_context,
            overwrite_cache,
            auto_activate,
            docs,
        } = self;
        vec![
            recorded("schedule", schedule.is_some(), "it runs when it is called"),
            recorded("trigger", trigger.is_some(), "it runs when it is called"),
            recorded("notifications", !notifications.is_empty(), "nobody is told"),
            recorded(
                "labels",
                !labels.is_empty(),
                "there is no execution to label",
            ),
            recorded(
                "annotations",
                !annotations.is_empty(),
                "there is no execution to annotate",
            ),
            recorded(
                "max_parallelism",
                max_parallelism.is_some(),
                "`jobs` of the run says how much runs at once",
            ),
            recorded(
                "concurrency",
                concurrency.is_some(),
                "runs do not know of one another",
            ),
            recorded(
                "raw_output_prefix",
                raw_output_prefix.is_some(),
                "files are where the run has its directory",
            ),
            recorded(
                "security_context",
                security_context.is_some(),
                "it runs as you",
            ),
            enforced(
                "overwrite_cache",
                *overwrite_cache,
                "results are made again, and replace those that are known",
            ),
            recorded("auto_activate", *auto_activate, "nothing is registered"),
            enforced("docs", docs.is_some(), "`describe` shows it"),
        ]
    }
}
