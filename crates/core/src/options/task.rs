//! What is declared about a task, and what a run on this machine does about it.

use std::time::Duration;

use serde::Serialize;

use super::{
    Accelerator, Backoff, BuiltFrom, CacheOptions, DeckField, Documentation, LocalOption,
    MountRequirement, Pairs, Plugin, Process, Resources, RetryOn, SecretRequest, SharedMemory,
    as_map, as_text, is_empty, is_zero,
    local::{NOT_YET, enforced, enforced_isolated, recorded, refused},
    table::options,
};

options! {
    /// What `#[task(..)]` declares.
    ///
    /// Fields may be added in any release, so it is made of [`new`](Self::new) and the methods that set a field:
    ///
    /// ```
    /// use flyte_runtime::compat::options::TaskOptions;
    /// const OPTIONS: TaskOptions = TaskOptions::new().retries(3);
    /// assert_eq!(serde_json::to_string(&OPTIONS)?, r#"{"retries":3}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
    pub struct TaskOptions as TaskOptionsFields;

    /// What `#[task]` without arguments declares.
    new();

    /// How often a failed attempt is repeated.
    #[serde(skip_serializing_if = "is_zero")]
    retries: [u32] = 0,
    /// After which errors it is repeated.
    #[serde(skip_serializing_if = "RetryOn::is_default")]
    retry_on: [RetryOn] = RetryOn::Any,
    /// How long to wait before it is repeated; `None` is not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    backoff: [Option<Backoff>] = None,
    /// The longest that one attempt may take.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    timeout: [Option<Duration>] = None,
    /// The longest that all attempts may take together, with the waits between them.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    deadline: [Option<Duration>] = None,
    /// Results are kept and used again for the same inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    cache: [Option<CacheOptions>] = None,
    /// Whether it may run on machines that can be taken away; `None` inherits what the workflow says.
    #[serde(skip_serializing_if = "Option::is_none")]
    interruptible: [Option<bool>] = None,
    /// Why it should no longer be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: [Option<&'static str>] = None,
    /// Environment variables of the container.
    #[serde(skip_serializing_if = "is_empty", serialize_with = "as_map")]
    environment: [Pairs] = &[],
    /// What it needs to start.
    #[serde(skip_serializing_if = "Resources::is_empty")]
    requests: [Resources] = Resources::new(),
    /// What it must not exceed.
    #[serde(skip_serializing_if = "Resources::is_empty")]
    limits: [Resources] = Resources::new(),
    /// The secrets it reads.
    #[serde(skip_serializing_if = "is_empty")]
    secret_requests: [&'static [SecretRequest]] = &[],
    /// The image of its container, or a template of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    container_image: [Option<&'static str>] = None,
    /// Whether a deck is written; `None` leaves it to the platform, which does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_deck: [Option<bool>] = None,
    /// The parts of the deck; `None` means all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    deck_fields: [Option<&'static [DeckField]>] = None,
    /// What the deck shows of its code and of what it was built with.
    #[serde(skip)]
    built_from: [Option<BuiltFrom>] = None,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    docs: [Option<Documentation>] = None,
    /// The kind of graphics processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    accelerator: [Option<Accelerator>] = None,
    /// The size of `/dev/shm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_memory: [Option<SharedMemory>] = None,
    /// The pod template of the cluster that its pod starts from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pod_template_name: [Option<&'static str>] = None,
    /// Labels of its pod.
    #[serde(skip_serializing_if = "is_empty", serialize_with = "as_map")]
    labels: [Pairs] = &[],
    /// Annotations of its pod.
    #[serde(skip_serializing_if = "is_empty", serialize_with = "as_map")]
    annotations: [Pairs] = &[],
    /// What it runs, if that is no function of this program.
    #[serde(skip_serializing_if = "Option::is_none")]
    process: [Option<Process>] = None,
    /// The plugin of a cluster that runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    plugin: [Option<Plugin>] = None,
}

impl TaskOptions {
    /// No options at all, for generated code: evaluated once and not for each entity.
    #[doc(hidden)]
    pub const NONE: &'static Self = &Self::new();

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
            let without_memory = Resources {
                mem: None,
                ..*amounts
            };
            let is_memory = without_memory.is_empty();
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
                *retry_on != RetryOn::Any,
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

/// Whether a secret should be in a variable, and is not in this process.
fn is_not_set(request: &SecretRequest) -> bool {
    let variable = request
        .env_var
        .filter(|_| request.mount_requirement != MountRequirement::File);
    variable.is_some_and(|name| std::env::var_os(name).is_none())
}
