//! The effect of options in a local run.

use std::fmt;

use crate::options::{
    LaunchPlanOptions, MountRequirement, Process, Resources, SecretRequest, TaskOptions,
    WorkflowOptions,
};

/// How a local run handles an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LocalEffect {
    /// It does what the option says.
    Enforced,
    /// It keeps the option for a cluster, and reports once per run that it has no effect here.
    Recorded,
    /// It refuses to run an entity with the option.
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

/// One option of a task, a workflow, a launch plan or a node, and its effect in a local run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LocalOption {
    /// Its key.
    pub name: &'static str,
    /// Its effect in a run.
    pub effect: LocalEffect,
    /// Its effect in a run that isolates tasks: `Runner::isolate`.
    pub isolated: LocalEffect,
    /// Whether it is set here.
    pub is_set: bool,
    /// What that means in a run.
    pub meaning: &'static str,
    /// Its effect on a Flyte 1 cluster.
    pub flyte1: &'static str,
    /// Its effect on a Flyte 2 cluster.
    pub flyte2: &'static str,
}

impl LocalOption {
    /// Adds the effects on clusters.
    pub(crate) fn on_clusters(self, flyte1: &'static str, flyte2: &'static str) -> Self {
        Self {
            flyte1,
            flyte2,
            ..self
        }
    }
}

/// What registering with Flyte 2 does not tell yet.
pub(crate) const NOT_YET: &str = "not told yet";

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

// Each method destructures its struct without `..`, so that a new option does not compile until it has a row.

impl TaskOptions {
    /// The effect of each option in a local run.
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
            // Set by the macro, not by users.
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
        // For an isolated task only memory is limited; a script's process is not the attempt's.
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
            enforced("retries", *retries > 0, "a failed attempt is repeated").on_clusters("enforced, also when the process of the task dies; a container that is killed as a whole is tried up to 3 times more", "told, as is a process of the task that dies; a container that is killed as a whole is started again without an end"),
            enforced(
                "retry_on",
                *retry_on != super::RetryOn::Any,
                "only errors that it names are followed by another attempt",
            ).on_clusters("enforced, by the container", "enforced, by the container"),
            enforced(
                "backoff",
                backoff.is_some(),
                "the next attempt waits for its turn",
            ).on_clusters("no effect: attempts follow at once", "told, without `jitter`"),
            enforced(
                "timeout",
                timeout.is_some(),
                "an attempt fails when its time is over; the thread of sync code is left behind; a run that leaves more than 256 behind fails",
            ).on_clusters("enforced, from one second on; of a dynamic task with all that it has built; by the container where the task is started by itself", "told"),
            enforced(
                "deadline",
                deadline.is_some(),
                "no attempt begins or goes on after it",
            ).on_clusters("the container ends an attempt that alone takes longer; nothing ends them together", "told"),
            enforced(
                "cache",
                cache.is_some(),
                "results are kept and used again; in tests they are not",
            ).on_clusters("enforced", "told"),
            recorded(
                "interruptible",
                interruptible.is_some(),
                "nobody takes this machine away",
            ).on_clusters("told: machines that can be taken away", "told"),
            recorded(
                "deprecated",
                deprecated.is_some(),
                "the task runs as any other",
            ).on_clusters("told", "told"),
            variables(
                "environment",
                !environment.is_empty(),
                "processes get the variables: scripts, containers, isolated tasks; those of this process stay as they are",
            ).on_clusters("the container has the variables", NOT_YET),
            memory(
                "requests",
                requests,
                "the task has what this machine has; isolated, no more than this `mem` if there is no limit",
            ).on_clusters("the pod asks for it; refused above the server's limits", NOT_YET),
            memory(
                "limits",
                limits,
                "the task has what this machine has; isolated, no more than this `mem`",
            ).on_clusters("the pod has them; refused above the server's limits", NOT_YET),
            enforced(
                "secret_requests",
                !secret_requests.is_empty(),
                "the task fails before its first attempt when a secret is not there; a process has no others",
            ).on_clusters("the cluster hands them over", NOT_YET),
            variables(
                "secret_requests(env_var)",
                secret_requests.iter().any(is_not_set),
                "processes get the secret in this variable: scripts, containers, isolated tasks; this process has it if it was started with it",
            ).on_clusters("the cluster sets the variable", NOT_YET),
            recorded(
                "container_image",
                container_image.is_some(),
                "the task runs in this process",
            ).on_clusters("the container is made of it", NOT_YET),
            enforced(
                "enable_deck",
                enable_deck.is_some(),
                "the deck is written, or is not",
            ).on_clusters("the deck is written, or is not", "told"),
            enforced(
                "deck_fields",
                deck_fields.is_some(),
                "the deck has these parts",
            ).on_clusters("enforced, by the container", "enforced, by the container"),
            enforced("docs", docs.is_some(), "`describe` shows it").on_clusters("told", NOT_YET),
            recorded(
                "accelerator",
                accelerator.is_some(),
                "the task has what this machine has",
            ).on_clusters("the pod asks for it", NOT_YET),
            recorded(
                "shared_memory",
                shared_memory.is_some(),
                "the task has what this machine has",
            ).on_clusters("the pod has it", NOT_YET),
            recorded(
                "pod_template_name",
                pod_template_name.is_some(),
                "there is no pod",
            ).on_clusters("the pod is made of it", "told"),
            recorded("labels", !labels.is_empty(), "there is no pod").on_clusters("the pod has them", "told"),
            recorded("annotations", !annotations.is_empty(), "there is no pod").on_clusters("the pod has them", "told"),
            enforced(
                "process",
                process.is_some(),
                "the script or the container runs, and ends with its attempt and with this program",
            ).on_clusters("a script runs in the container of the program, a container by itself; one that ends with another code than 0 is tried up to 3 times more", NOT_YET),
            plugins(
                "task_type",
                plugin.is_some(),
                "no plugin is asked, with `custom` and `config`: the function runs as any other; without a body the task is refused",
            ).on_clusters("the plugin of the cluster runs it", NOT_YET),
        ]
    }
}

/// Whether a secret should be in an environment variable that this process does not have.
fn is_not_set(request: &SecretRequest) -> bool {
    let variable = request
        .env_var
        .filter(|_| request.mount_requirement != MountRequirement::File);
    variable.is_some_and(|name| std::env::var_os(name).is_none())
}

impl WorkflowOptions {
    /// The effect of each option in a local run.
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
            )
            .on_clusters("enforced", NOT_YET),
            recorded(
                "interruptible",
                *interruptible,
                "nobody takes this machine away",
            )
            .on_clusters("told: machines that can be taken away", NOT_YET),
            enforced("docs", docs.is_some(), "`describe` shows it").on_clusters("told", NOT_YET),
        ]
    }
}

impl LaunchPlanOptions {
    /// The effect of each option in a local run.
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
            recorded("schedule", schedule.is_some(), "it runs when it is called")
                .on_clusters("starts it", NOT_YET),
            recorded("trigger", trigger.is_some(), "it runs when it is called")
                .on_clusters("told", NOT_YET),
            recorded("notifications", !notifications.is_empty(), "nobody is told")
                .on_clusters("told", NOT_YET),
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
                "`jobs` of the run says how much runs at once",
            )
            .on_clusters("enforced", NOT_YET),
            recorded(
                "concurrency",
                concurrency.is_some(),
                "runs do not know of one another",
            )
            .on_clusters("told", NOT_YET),
            recorded(
                "raw_output_prefix",
                raw_output_prefix.is_some(),
                "files are where the run has its directory",
            )
            .on_clusters("enforced", NOT_YET),
            recorded(
                "security_context",
                security_context.is_some(),
                "it runs as you",
            )
            .on_clusters("executions run as it says", NOT_YET),
            enforced(
                "overwrite_cache",
                *overwrite_cache,
                "results are made again, and replace those that are known",
            )
            .on_clusters("enforced", NOT_YET),
            recorded("auto_activate", *auto_activate, "nothing is registered")
                .on_clusters("for who registers", NOT_YET),
            enforced("docs", docs.is_some(), "`describe` shows it")
                .on_clusters("no place", NOT_YET),
        ]
    }
}
