//! The metadata of a task: retries, timeout, cache, labels and what else Flyte is told about how it runs.

use std::collections::BTreeMap;

use flyte_idl::flyteidl::core::{self, runtime_metadata::RuntimeType, task_metadata};

use super::duration;
use flyte_core::{
    graph::entity::ExecutionBehavior,
    options::{CacheOptions, CacheOptionsFields, Pairs, TaskOptions, TaskOptionsFields},
};

/// Clusters read the first number as the version of flytekit whose protocol the container speaks, and refuse to pass
/// offloaded literals to one below 1.13.14.
const RUNTIME_VERSION: &str = concat!("1.16.0+rust-", env!("CARGO_PKG_VERSION"));

/// The metadata of a task. Every option is named here, so that a new one is not forgotten: what is not of the metadata
/// is told in the message of the file that is named with it.
pub(super) fn metadata(
    options: &TaskOptions,
    behavior: Option<ExecutionBehavior>,
) -> core::TaskMetadata {
    let TaskOptionsFields {
        retries,
        timeout,
        cache,
        interruptible,
        deprecated,
        enable_deck,
        pod_template_name,
        labels,
        annotations,
        // `task.rs`
        secret_requests: _,
        docs: _,
        process: _,
        plugin: _,
        // `container.rs`
        environment: _,
        container_image: _,
        // `resources.rs`
        requests: _,
        limits: _,
        accelerator: _,
        shared_memory: _,
        // `flyte2.rs`; Flyte 1 has no place for them.
        backoff: _,
        deadline: _,
        // The program in the container has them itself.
        retry_on: _,
        deck_fields: _,
        built_from: _,
    } = options.fields();
    let told = cache.map(Cache::of);
    let Cache {
        version,
        serialize,
        ignored,
    } = told.unwrap_or_default();
    core::TaskMetadata {
        discoverable: cache.is_some(),
        runtime: Some(core::RuntimeMetadata {
            r#type: RuntimeType::FlyteSdk.into(),
            version: RUNTIME_VERSION.to_owned(),
            flavor: "rust".to_owned(),
        }),
        timeout: duration(timeout),
        retries: Some(core::RetryStrategy { retries }),
        discovery_version: version,
        deprecated_error_message: deprecated.unwrap_or_default().to_owned(),
        cache_serializable: serialize,
        pod_template_name: pod_template_name.unwrap_or_default().to_owned(),
        cache_ignore_input_vars: ignored,
        is_eager: behavior == Some(ExecutionBehavior::Eager),
        generates_deck: Some(enable_deck == Some(true)),
        metadata: Some(core::K8sObjectMetadata {
            labels: map(labels),
            annotations: map(annotations),
        }),
        interruptible_value: interruptible.map(task_metadata::InterruptibleValue::Interruptible),
        ..Default::default()
    }
}

/// What Flyte is told of a cache.
#[derive(Default)]
struct Cache {
    version: String,
    serialize: bool,
    ignored: Vec<String>,
}

impl Cache {
    fn of(cache: CacheOptions) -> Self {
        let CacheOptionsFields {
            version,
            serialize,
            ignored_inputs,
            salt,
        } = cache.fields();
        Self {
            version: salted(version, salt),
            serialize,
            ignored: ignored_inputs
                .iter()
                .map(|&input| input.to_owned())
                .collect(),
        }
    }
}

/// A version that a salt makes another. flytekit passes over the salt of a cache that has a version.
pub(super) fn salted(version: &str, salt: &str) -> String {
    match salt {
        "" => version.to_owned(),
        salt => format!("{version}-{salt}"),
    }
}

pub(super) fn map(pairs: Pairs) -> BTreeMap<String, String> {
    let own = |&(key, value): &(&str, &str)| (key.to_owned(), value.to_owned());
    pairs.iter().map(own).collect()
}
