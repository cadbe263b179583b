//! What is declared about a task, and what a run on this machine does about it.

use std::time::Duration;

use serde::Serialize;

use super::{
    Accelerator, Backoff, BuiltFrom, CacheOptions, DeckField, Documentation, LocalOption,
    MountRequirement, Pairs, Plugin, Process, Resources, RetryOn, SecretRequest, SharedMemory,
    as_map, as_text,
    declare::options,
    is_empty, is_zero,
    local_effects::{NOT_YET, enforced, enforced_isolated, recorded, refused},
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
            enforced(
                "retries",
                *retries > 0,
                "a failed attempt is retried",
            )
            .on_clusters(
                "enforced, also if the task's process dies; a container that is killed as a whole is started up to 3 \
                 more times",
                "sent, and applies if the task's process dies; a container that is killed as a whole is restarted \
                 without a limit",
            ),
            enforced(
                "retry_on",
                *retry_on != RetryOn::Any,
                "only the errors that it names lead to another attempt",
            )
            .on_clusters(
                "enforced, by the container",
                "enforced, by the container",
            ),
            enforced(
                "backoff",
                backoff.is_some(),
                "the next attempt waits that long",
            )
            .on_clusters(
                "no effect: the next attempt starts at once",
                "sent, without `jitter`",
            ),
            enforced(
                "timeout",
                timeout.is_some(),
                "an attempt fails when its time is over; the thread of sync code is left behind; a run that leaves \
                 more than 256 threads behind fails",
            )
            .on_clusters(
                "enforced from one second upwards; for a dynamic task it includes the nodes that the task builds; \
                 enforced by the container if the task is started alone",
                "sent",
            ),
            enforced(
                "deadline",
                deadline.is_some(),
                "no attempt starts or continues after it",
            )
            .on_clusters(
                "the container ends a single attempt that takes longer; nothing limits all attempts together",
                "sent",
            ),
            enforced(
                "cache",
                cache.is_some(),
                "results are stored and reused, except in tests",
            )
            .on_clusters(
                "enforced",
                "sent",
            ),
            recorded(
                "interruptible",
                interruptible.is_some(),
                "this machine is not interruptible",
            )
            .on_clusters(
                "sent: runs on interruptible machines",
                "sent",
            ),
            recorded(
                "deprecated",
                deprecated.is_some(),
                "the task runs like any other",
            )
            .on_clusters(
                "sent",
                "sent",
            ),
            variables(
                "environment",
                !environment.is_empty(),
                "scripts, containers and isolated tasks get the variables; those of this process stay unchanged",
            )
            .on_clusters(
                "the container gets the variables",
                NOT_YET,
            ),
            memory(
                "requests",
                requests,
                "the task can use the whole machine; an isolated task gets at most this `mem` if it has no limit",
            )
            .on_clusters(
                "the pod requests it; refused above the server's limits",
                NOT_YET,
            ),
            memory(
                "limits",
                limits,
                "the task can use the whole machine; an isolated task gets at most this `mem`",
            )
            .on_clusters(
                "the pod has them; refused above the server's limits",
                NOT_YET,
            ),
            enforced(
                "secret_requests",
                !secret_requests.is_empty(),
                "the task fails before its first attempt if a secret is missing; a process gets no other secrets",
            )
            .on_clusters(
                "the cluster provides them",
                NOT_YET,
            ),
            variables(
                "secret_requests(env_var)",
                secret_requests.iter().any(is_not_set),
                "scripts, containers and isolated tasks get the secret in this variable; this process has it only if \
                 it was started with it",
            )
            .on_clusters(
                "the cluster sets the variable",
                NOT_YET,
            ),
            recorded(
                "container_image",
                container_image.is_some(),
                "the task runs in this process",
            )
            .on_clusters(
                "the container uses it",
                NOT_YET,
            ),
            enforced(
                "enable_deck",
                enable_deck.is_some(),
                "the deck is written or not written",
            )
            .on_clusters(
                "the deck is written or not written",
                "sent",
            ),
            enforced(
                "deck_fields",
                deck_fields.is_some(),
                "the deck has these parts",
            )
            .on_clusters(
                "enforced, by the container",
                "enforced, by the container",
            ),
            enforced(
                "docs",
                docs.is_some(),
                "`describe` shows it",
            )
            .on_clusters(
                "sent",
                NOT_YET,
            ),
            recorded(
                "accelerator",
                accelerator.is_some(),
                "the task can use the whole machine",
            )
            .on_clusters(
                "the pod requests it",
                NOT_YET,
            ),
            recorded(
                "shared_memory",
                shared_memory.is_some(),
                "the task can use the whole machine",
            )
            .on_clusters(
                "the pod has it",
                NOT_YET,
            ),
            recorded(
                "pod_template_name",
                pod_template_name.is_some(),
                "there is no pod",
            )
            .on_clusters(
                "the pod uses it",
                "sent",
            ),
            recorded(
                "labels",
                !labels.is_empty(),
                "there is no pod",
            )
            .on_clusters(
                "the pod has them",
                "sent",
            ),
            recorded(
                "annotations",
                !annotations.is_empty(),
                "there is no pod",
            )
            .on_clusters(
                "the pod has them",
                "sent",
            ),
            enforced(
                "process",
                process.is_some(),
                "the script or container runs, and ends with its attempt and with this program",
            )
            .on_clusters(
                "a script runs in the program's container, a container on its own; one that exits with a code other \
                 than 0 is started up to 3 more times",
                NOT_YET,
            ),
            plugins(
                "task_type",
                plugin.is_some(),
                "no plugin is used, and `custom` and `config` have no effect: the function runs like any other; \
                 without a body the task is refused",
            )
            .on_clusters(
                "the cluster's plugin runs it",
                NOT_YET,
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
