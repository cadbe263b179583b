//! What is declared about a task or a workflow, as constants.
//!
//! `#[task(..)]` and `#[workflow(..)]` turn their arguments into one constant of these types. Everything is `Copy` and
//! `'static`, so a description costs nothing until it is read.

pub mod backoff;
mod declare;
mod launch_plan;
pub(crate) mod local_effects;
mod plugin;
mod process;
pub mod resources;
mod task;
mod task_parts;
mod workflow;

use std::time::Duration;

use serde::ser::{Serialize as _, SerializeMap as _, Serializer};

pub use backoff::Backoff;
use flyte_grammar::duration;
pub use launch_plan::{
    Channel, Concurrency, ConcurrencyBehavior, ConcurrencyFields, LaunchPlanOptions,
    LaunchPlanOptionsFields, Notification, NotificationFields, Phase, RateUnit, Schedule,
    ScheduleFields, SecurityContext, SecurityContextFields, When,
};
pub use local_effects::{LocalEffect, LocalOption};
pub use plugin::{Custom, CustomError, Plugin, PluginFields};
pub use process::{
    ContainerProcess, ContainerProcessFields, MetadataFormat, Process, ShellProcess,
    ShellProcessFields,
};
pub use resources::{Quantity, Resources, ResourcesFields};
pub use task::{TaskOptions, TaskOptionsFields};
pub use task_parts::{
    Accelerator, AcceleratorFields, BuiltFrom, BuiltFromFields, CacheOptions, CacheOptionsFields,
    DeckField, Documentation, DocumentationFields, MountRequirement, RetryOn, SecretRequest,
    SecretRequestFields, SharedMemory,
};
pub use workflow::{FailurePolicy, WorkflowOptions, WorkflowOptionsFields};

/// Names with values, in source order.
pub type Pairs = &'static [(&'static str, &'static str)];

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

    const FULL: TaskOptions = TaskOptions::new()
        .retries(3)
        .timeout(Duration::from_secs(90))
        .cache(
            CacheOptions::new("1")
                .serialize(true)
                .ignored_inputs(&["a"]),
        )
        .interruptible(false)
        .environment(&[("B", "2"), ("A", "1")])
        .requests(Resources::new().cpu(Quantity::checked("500m")))
        .secret_requests(&[SecretRequest::new("g").key("k")])
        .deck_fields(&[DeckField::SourceCode])
        .docs(Documentation::new().short("s"))
        .accelerator(Accelerator::new("nvidia-tesla-t4"))
        .shared_memory(SharedMemory::Size(Quantity::checked("1Gi")));

    fn json(value: &impl serde::Serialize) -> String {
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
        let options = WorkflowOptions::new().failure_policy(policy);
        assert_eq!(
            json(&options),
            r#"{"failure_policy":"fail_after_executable_nodes_complete"}"#
        );
    }
}
