//! What options do in a run on this machine.

use std::fmt;

use crate::options::{
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
    /// What a run does about it whose tasks are isolated: `Runner::isolate`.
    pub isolated: LocalEffect,
    /// Whether it is said here.
    pub is_set: bool,
    /// How that shows.
    pub meaning: &'static str,
    /// What a cluster of Flyte 1 does about it.
    pub flyte1: &'static str,
    /// What a cluster of Flyte 2 does about it.
    pub flyte2: &'static str,
}

impl LocalOption {
    /// With what clusters do about it.
    pub(crate) fn on_clusters(self, flyte1: &'static str, flyte2: &'static str) -> Self {
        Self {
            flyte1,
            flyte2,
            ..self
        }
    }
}

/// The effect on Flyte 2 of an option that registration does not send yet.
pub(crate) const NOT_YET: &str = "not sent yet";

pub(crate) fn enforced(name: &'static str, is_set: bool, meaning: &'static str) -> LocalOption {
    LocalOption {
        name,
        effect: LocalEffect::Enforced,
        isolated: LocalEffect::Enforced,
        is_set,
        meaning,
        flyte1: "",
        flyte2: NOT_YET,
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
            enforced("retries", *retries > 0, "a failed attempt is retried").on_clusters("enforced, also if the task's process dies; a container that is killed as a whole is started up to 3 more times", "sent, and applies if the task's process dies; a container that is killed as a whole is restarted without a limit"),
            enforced(
                "retry_on",
                *retry_on != super::RetryOn::Any,
                "only the errors that it names lead to another attempt",
            ).on_clusters("enforced, by the container", "enforced, by the container"),
            enforced(
                "backoff",
                backoff.is_some(),
                "the next attempt waits that long",
            ).on_clusters("no effect: the next attempt starts at once", "sent, without `jitter`"),
            enforced(
                "timeout",
                timeout.is_some(),
                "an attempt fails when its time is over; the thread of sync code is left behind; a run that leaves more than 256 threads behind fails",
            ).on_clusters("enforced from one second upwards; for a dynamic task it includes the nodes that the task builds; enforced by the container if the task is started alone", "sent"),
            enforced(
                "deadline",
                deadline.is_some(),
                "no attempt starts or continues after it",
            ).on_clusters("the container ends a single attempt that takes longer; nothing limits all attempts together", "sent"),
            enforced(
                "cache",
                cache.is_some(),
                "results are stored and reused, except in tests",
            ).on_clusters("enforced", "sent"),
            recorded(
                "interruptible",
                interruptible.is_some(),
                "this machine is not interruptible",
            ).on_clusters("sent: runs on interruptible machines", "sent"),
            recorded(
                "deprecated",
                deprecated.is_some(),
                "the task runs like any other",
            ).on_clusters("sent", "sent"),
            variables(
                "environment",
                !environment.is_empty(),
                "scripts, containers and isolated tasks get the variables; those of this process stay unchanged",
            ).on_clusters("the container gets the variables", NOT_YET),
            memory(
                "requests",
                requests,
                "the task can use the whole machine; an isolated task gets at most this `mem` if it has no limit",
            ).on_clusters("the pod requests it; refused above the server's limits", NOT_YET),
            memory(
                "limits",
                limits,
                "the task can use the whole machine; an isolated task gets at most this `mem`",
            ).on_clusters("the pod has them; refused above the server's limits", NOT_YET),
            enforced(
                "secret_requests",
                !secret_requests.is_empty(),
                "the task fails before its first attempt if a secret is missing; a process gets no other secrets",
            ).on_clusters("the cluster provides them", NOT_YET),
            variables(
                "secret_requests(env_var)",
                secret_requests.iter().any(is_not_set),
                "scripts, containers and isolated tasks get the secret in this variable; this process has it only if it was started with it",
            ).on_clusters("the cluster sets the variable", NOT_YET),
            recorded(
                "container_image",
                container_image.is_some(),
                "the task runs in this process",
            ).on_clusters("the container uses it", NOT_YET),
            enforced(
                "enable_deck",
                enable_deck.is_some(),
                "the deck is written or not written",
            ).on_clusters("the deck is written or not written", "sent"),
            enforced(
                "deck_fields",
                deck_fields.is_some(),
                "the deck has these parts",
            ).on_clusters("enforced, by the container", "enforced, by the container"),
            enforced("docs", docs.is_some(), "`describe` shows it").on_clusters("sent", NOT_YET),
            recorded(
                "accelerator",
                accelerator.is_some(),
                "the task can use the whole machine",
            ).on_clusters("the pod requests it", NOT_YET),
            recorded(
                "shared_memory",
                shared_memory.is_some(),
                "the task can use the whole machine",
            ).on_clusters("the pod has it", NOT_YET),
            recorded(
                "pod_template_name",
                pod_template_name.is_some(),
                "there is no pod",
            ).on_clusters("the pod uses it", "sent"),
            recorded("labels", !labels.is_empty(), "there is no pod").on_clusters("the pod has them", "sent"),
            recorded("annotations", !annotations.is_empty(), "there is no pod").on_clusters("the pod has them", "sent"),
            enforced(
                "process",
                process.is_some(),
                "the script or container runs, and ends with its attempt and with this program",
            ).on_clusters("a script runs in the program's container, a container on its own; one that exits with a code other than 0 is started up to 3 more times", NOT_YET),
            plugins(
                "task_type",
                plugin.is_some(),
                "no plugin is used, and `custom` and `config` have no effect: the function runs like any other; without a body the task is refused",
            ).on_clusters("the cluster's plugin runs it", NOT_YET),
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
                "after a failure, either no other node starts, or all nodes that still can start do",
            )
            .on_clusters("enforced", NOT_YET),
            recorded(
                "interruptible",
                *interruptible,
                "this machine is not interruptible",
            )
            .on_clusters("sent: runs on interruptible machines", NOT_YET),
            enforced("docs", docs.is_some(), "`describe` shows it").on_clusters("sent", NOT_YET),
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
            recorded(
                "schedule",
                schedule.is_some(),
                "it runs only when it is called",
            )
            .on_clusters("it starts the launch plan", NOT_YET),
            recorded(
                "trigger",
                trigger.is_some(),
                "it runs only when it is called",
            )
            .on_clusters("sent", NOT_YET),
            recorded(
                "notifications",
                !notifications.is_empty(),
                "no notification is sent",
            )
            .on_clusters("sent", NOT_YET),
            recorded(
                "labels",
                !labels.is_empty(),
                "there is no execution to label",
            )
            .on_clusters("executions have them, at most 16", NOT_YET),
            recorded(
                "annotations",
                !annotations.is_empty(),
                "there is no execution to annotate",
            )
            .on_clusters("executions have them", NOT_YET),
            recorded(
                "max_parallelism",
                max_parallelism.is_some(),
                "the run's `jobs` limits how much runs at once",
            )
            .on_clusters("enforced", NOT_YET),
            recorded(
                "concurrency",
                concurrency.is_some(),
                "runs are independent of one another",
            )
            .on_clusters("sent", NOT_YET),
            recorded(
                "raw_output_prefix",
                raw_output_prefix.is_some(),
                "files are in the run's directory",
            )
            .on_clusters("enforced", NOT_YET),
            recorded(
                "security_context",
                security_context.is_some(),
                "it runs as your user",
            )
            .on_clusters("executions run under this identity", NOT_YET),
            enforced(
                "overwrite_cache",
                *overwrite_cache,
                "results are computed again and replace the stored ones",
            )
            .on_clusters("enforced", NOT_YET),
            recorded("auto_activate", *auto_activate, "nothing is registered")
                .on_clusters("for the tool that registers it", NOT_YET),
            enforced("docs", docs.is_some(), "`describe` shows it")
                .on_clusters("no field in the messages", NOT_YET),
        ]
    }
}
