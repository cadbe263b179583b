//! What is declared about a task or a workflow, as constants.
//!
//! `#[task(..)]` and `#[workflow(..)]` turn their arguments into one constant of these types. Everything is `Copy` and
//! `'static`, so a description costs nothing until someone reads it.

pub mod backoff;
mod launch_plan;
pub(crate) mod local;
mod plugin;
mod process;
pub mod resources;

use std::time::Duration;

use serde::{
    Deserialize, Serialize,
    ser::{SerializeMap as _, Serializer},
};

pub use backoff::Backoff;
use flyte_grammar::duration;
pub use launch_plan::{
    Channel, Concurrency, ConcurrencyBehavior, LaunchPlanOptions, Notification, Phase, RateUnit,
    Schedule, SecurityContext, When,
};
pub use local::{LocalEffect, LocalOption};
pub use plugin::{Custom, CustomError, Plugin};
pub use process::{ContainerProcess, MetadataFormat, Process, ShellProcess};
pub use resources::{Quantity, Resources};

/// Names with values, in source order.
pub type Pairs = &'static [(&'static str, &'static str)];

/// What `#[task(..)]` declares.
///
/// Generated code builds it as a struct literal, so it is not `non_exhaustive`. Fields may be added in any release;
/// construct it with `..TaskOptions::new()`:
///
/// ```
/// use flyte_runtime::compat::options::TaskOptions;
/// const OPTIONS: TaskOptions = TaskOptions { retries: 3, ..TaskOptions::new() };
/// assert_eq!(serde_json::to_string(&OPTIONS)?, r#"{"retries":3}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct TaskOptions {
    /// How often a failed attempt is repeated.
    #[serde(skip_serializing_if = "is_zero")]
    pub retries: u32,
    /// After which errors it is repeated.
    #[serde(skip_serializing_if = "RetryOn::is_default")]
    pub retry_on: RetryOn,
    /// How long to wait before each retry; `None` means no wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff: Option<Backoff>,
    /// The maximum duration of one attempt.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub timeout: Option<Duration>,
    /// The maximum duration of all attempts together, including the waits between them.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub deadline: Option<Duration>,
    /// Caching of results; `None` means no caching.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheOptions>,
    /// Whether it may run on preemptible machines; `None` inherits the workflow's setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interruptible: Option<bool>,
    /// Why it is deprecated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<&'static str>,
    /// Environment variables of the container.
    #[serde(skip_serializing_if = "is_empty", serialize_with = "as_map")]
    pub environment: Pairs,
    /// The resources it needs to start.
    #[serde(skip_serializing_if = "Resources::is_empty")]
    pub requests: Resources,
    /// The resources it must not exceed.
    #[serde(skip_serializing_if = "Resources::is_empty")]
    pub limits: Resources,
    /// The secrets it reads.
    #[serde(skip_serializing_if = "is_empty")]
    pub secret_requests: &'static [SecretRequest],
    /// The image of its container, or a template of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_image: Option<&'static str>,
    /// Whether a deck is written; `None` leaves it to the platform, which does not write one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_deck: Option<bool>,
    /// The parts of the deck; `None` means all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deck_fields: Option<&'static [DeckField]>,
    /// Source and build information for the deck.
    #[serde(skip)]
    pub built_from: Option<BuiltFrom>,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs: Option<Documentation>,
    /// The kind of graphics processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accelerator: Option<Accelerator>,
    /// The size of `/dev/shm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_memory: Option<SharedMemory>,
    /// The pod template of the cluster that its pod starts from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_template_name: Option<&'static str>,
    /// Labels of its pod.
    #[serde(skip_serializing_if = "is_empty", serialize_with = "as_map")]
    pub labels: Pairs,
    /// Annotations of its pod.
    #[serde(skip_serializing_if = "is_empty", serialize_with = "as_map")]
    pub annotations: Pairs,
    /// What it runs, if that is not a function of this program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<Process>,
    /// The plugin of a cluster that runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin: Option<Plugin>,
}

impl TaskOptions {
    /// No options, for generated code: evaluated once instead of once per entity.
    #[doc(hidden)]
    pub const NONE: &'static Self = &Self::new();

    /// The options of `#[task]` without arguments.
    pub const fn new() -> Self {
        Self {
            retries: 0,
            retry_on: RetryOn::Any,
            backoff: None,
            timeout: None,
            deadline: None,
            cache: None,
            interruptible: None,
            deprecated: None,
            environment: &[],
            requests: Resources::new(),
            limits: Resources::new(),
            secret_requests: &[],
            container_image: None,
            enable_deck: None,
            deck_fields: None,
            built_from: None,
            docs: None,
            accelerator: None,
            shared_memory: None,
            pod_template_name: None,
            labels: &[],
            annotations: &[],
            process: None,
            plugin: None,
        }
    }
}

/// Which errors cause a retry.
///
/// In either case, [`TaskError::fatal`](crate::error::TaskError::fatal) ends a task at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RetryOn {
    /// After every error and every panic, as in Flyte 2.
    #[default]
    Any,
    /// Only errors marked with [`TaskError::recoverable`](crate::error::TaskError::recoverable), as in flytekit.
    Recoverable,
}

impl RetryOn {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// When and how results are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct CacheOptions {
    /// Part of the key: with a new version, old results are no longer used.
    pub version: &'static str,
    /// Equal concurrent calls wait for the first instead of running too.
    #[serde(skip_serializing_if = "is_false")]
    pub serialize: bool,
    /// Inputs that are not part of the key.
    #[serde(skip_serializing_if = "is_empty")]
    pub ignored_inputs: &'static [&'static str],
    /// Separates results that would otherwise share a key.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub salt: &'static str,
}

impl CacheOptions {
    /// Caching under a version.
    pub const fn new(version: &'static str) -> Self {
        Self {
            version,
            serialize: false,
            ignored_inputs: &[],
            salt: "",
        }
    }
}

/// A secret that a task reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SecretRequest {
    /// The group it belongs to.
    pub group: &'static str,
    /// Its name in the group; `None` means the whole group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<&'static str>,
    /// The version of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_version: Option<&'static str>,
    /// How it must be handed over.
    pub mount_requirement: MountRequirement,
    /// The environment variable that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env_var: Option<&'static str>,
}

impl SecretRequest {
    /// A whole group, with any mount requirement.
    pub const fn new(group: &'static str) -> Self {
        Self {
            group,
            key: None,
            group_version: None,
            mount_requirement: MountRequirement::Any,
            env_var: None,
        }
    }
}

/// How a secret must be handed over. The numbers are those of the Flyte protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MountRequirement {
    /// The platform decides.
    #[default]
    Any = 0,
    /// In an environment variable.
    EnvVar = 1,
    /// In a file.
    File = 2,
}

/// A part of a task's deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeckField {
    /// The inputs.
    Input,
    /// The outputs.
    Output,
    /// The source of the task.
    SourceCode,
    /// How long the steps took.
    Timeline,
    /// What it was built with.
    Dependencies,
}

impl DeckField {
    /// Every part: what a deck shows by default.
    pub const ALL: &'static [Self] = &[
        Self::SourceCode,
        Self::Dependencies,
        Self::Timeline,
        Self::Input,
        Self::Output,
    ];

    /// The title of this part in the deck, as in flytekit.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Input => "Input",
            Self::Output => "Output",
            Self::SourceCode => "Source Code",
            Self::Timeline => "Timeline",
            Self::Dependencies => "Dependencies",
        }
    }
}

/// The origin of a task as its macro saw it: the deck shows it as source code and dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltFrom {
    /// The source of the function without its attributes; empty when the deck does not show it.
    pub code: &'static str,
    /// The package that it is in.
    pub package: &'static str,
    /// The version of that package.
    pub version: &'static str,
    /// The packages of `Cargo.lock` at build time, one line `name version` each; empty when there was no lock file or
    /// the deck does not show them.
    pub packages: &'static str,
}

/// The description of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Documentation {
    /// One sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short: Option<&'static str>,
    /// The full description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub long: Option<&'static str>,
    /// A link to the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_link: Option<&'static str>,
}

impl Documentation {
    /// No documentation.
    pub const fn new() -> Self {
        Self {
            short: None,
            long: None,
            source_link: None,
        }
    }
}

/// A kind of graphics processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Accelerator {
    /// The device, as the cluster labels it: `nvidia-tesla-t4`.
    pub device: &'static str,
    /// The part of a divisible device: `1g.5gb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<&'static str>,
}

/// The size of `/dev/shm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SharedMemory {
    /// Up to the memory of the container.
    Default,
    /// A fixed size.
    Size(Quantity),
}

/// What `#[workflow(..)]` declares; like [`TaskOptions`], construct it with `..WorkflowOptions::new()`.
///
/// The failure handler is not included: it is an entity and belongs to the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct WorkflowOptions {
    /// What happens to the other nodes when one fails.
    #[serde(skip_serializing_if = "FailurePolicy::is_default")]
    pub failure_policy: FailurePolicy,
    /// Whether tasks without their own setting may run on preemptible machines.
    #[serde(skip_serializing_if = "is_false")]
    pub interruptible: bool,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs: Option<Documentation>,
}

impl WorkflowOptions {
    /// No options, for generated code: evaluated once instead of once per entity.
    #[doc(hidden)]
    pub const NONE: &'static Self = &Self::new();

    /// The options of `#[workflow]` without arguments.
    pub const fn new() -> Self {
        Self {
            failure_policy: FailurePolicy::FailImmediately,
            interruptible: false,
            docs: None,
        }
    }
}

/// What happens to the other nodes when one fails. The numbers are those of the Flyte protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailurePolicy {
    /// The workflow fails at once.
    #[default]
    FailImmediately = 0,
    /// Nodes that do not need the failed one still run.
    FailAfterExecutableNodesComplete = 1,
}

impl FailurePolicy {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

// serde passes every member by reference.
fn is_zero(number: &u32) -> bool {
    *number == 0
}

pub(super) fn is_false(flag: &bool) -> bool {
    !flag
}

pub(super) fn is_empty<T>(list: &[T]) -> bool {
    list.is_empty()
}

pub(super) fn as_text<S: Serializer>(
    value: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.map(duration::format).serialize(serializer)
}

pub(super) fn as_map<S: Serializer>(pairs: &Pairs, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(pairs.len()))?;
    for (key, value) in *pairs {
        map.serialize_entry(key, value)?;
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: TaskOptions = TaskOptions {
        retries: 3,
        timeout: Some(Duration::from_secs(90)),
        cache: Some(CacheOptions {
            serialize: true,
            ignored_inputs: &["a"],
            ..CacheOptions::new("1")
        }),
        interruptible: Some(false),
        environment: &[("B", "2"), ("A", "1")],
        requests: Resources {
            cpu: Some(Quantity::checked("500m")),
            ..Resources::new()
        },
        secret_requests: &[SecretRequest {
            key: Some("k"),
            ..SecretRequest::new("g")
        }],
        deck_fields: Some(&[DeckField::SourceCode]),
        docs: Some(Documentation {
            short: Some("s"),
            ..Documentation::new()
        }),
        accelerator: Some(Accelerator {
            device: "nvidia-tesla-t4",
            partition: None,
        }),
        shared_memory: Some(SharedMemory::Size(Quantity::checked("1Gi"))),
        ..TaskOptions::new()
    };

    fn json(value: &impl Serialize) -> String {
        serde_json::to_string(value).expect("options are plain data")
    }

    #[test]
    fn constants_are_the_defaults() {
        assert_eq!(TaskOptions::new(), TaskOptions::default());
        assert_eq!(WorkflowOptions::new(), WorkflowOptions::default());
        assert_eq!(DeckField::ALL.len(), 5);
    }

    #[test]
    fn json_leaves_out_what_was_not_said() {
        assert_eq!(json(&TaskOptions::new()), "{}");
        assert_eq!(json(&WorkflowOptions::new()), "{}");
        assert_eq!(
            json(&FULL),
            concat!(
                r#"{"retries":3,"timeout":"1m30s","cache":{"version":"1","serialize":true,"ignored_inputs":["a"]},"#,
                r#""interruptible":false,"environment":{"B":"2","A":"1"},"requests":{"cpu":"500m"},"#,
                r#""secret_requests":[{"group":"g","key":"k","mount_requirement":"any"}],"#,
                r#""deck_fields":["source_code"],"docs":{"short":"s"},"#,
                r#""accelerator":{"device":"nvidia-tesla-t4"},"shared_memory":{"size":"1Gi"}}"#,
            )
        );
        let policy = FailurePolicy::FailAfterExecutableNodesComplete;
        let options = WorkflowOptions {
            failure_policy: policy,
            ..WorkflowOptions::new()
        };
        assert_eq!(
            json(&options),
            r#"{"failure_policy":"fail_after_executable_nodes_complete"}"#
        );
    }
}
