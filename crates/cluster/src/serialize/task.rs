//! Serialises tasks.

use std::collections::BTreeMap;

use flyte_idl::{
    flyteidl::{
        admin,
        core::{
            self, gpu_accelerator::PartitionSizeValue, runtime_metadata::RuntimeType,
            task_metadata, task_template::Target,
        },
    },
    prost_types::Struct,
};

use super::{SerializeError, Serializer, duration, interface::typed_interface};
use crate::json_struct;
use flyte_config::identifier::ResourceType;
use flyte_core::{
    graph::{
        entity::{EntityDescriptor, ExecutionBehavior},
        overrides::{AcceleratorOverride, SharedMemoryOverride},
    },
    options::{CacheOptions, Pairs, SecretRequest, TaskOptions},
};

/// The type of tasks that run in a container, which every cluster supports.
const TASK_TYPE: &str = "container";

/// Clusters treat the first part as the version of flytekit whose protocol the container speaks, and do not pass
/// offloaded literals to versions below 1.13.14.
const RUNTIME_VERSION: &str = concat!("1.16.0+rust-", env!("CARGO_PKG_VERSION"));

const SHARED_MEMORY_NAME: &str = "flyte-shared-memory";
const SHARED_MEMORY_PATH: &str = "/dev/shm";

impl Serializer<'_> {
    /// A task, as a cluster registers it.
    ///
    /// # Errors
    ///
    /// [`SerializeError::Image`] if its image is not configured, [`SerializeError::Custom`] if its `custom` value
    /// cannot be sent to the plugin, and [`SerializeError::Refused`] if a cluster would refuse it.
    ///
    /// # Panics
    ///
    /// When `entity` is not a task.
    pub fn task(
        &self,
        entity: &'static EntityDescriptor,
    ) -> Result<admin::TaskSpec, SerializeError> {
        let Some(options) = entity.task_options() else {
            panic!("`{}` is a {}, not a task", entity.name(), entity.kind());
        };
        self.checked_alone(|check| Ok(check.task(entity)))?;
        Ok(admin::TaskSpec {
            template: Some(self.task_template(entity, options)?),
            // flytekit describes functions even without documentation, and other tasks only with documentation.
            description: self
                .description(entity, options.docs)
                .filter(|_| is_function(options) || !entity.docs().trim().is_empty()),
        })
    }

    fn task_template(
        &self,
        entity: &'static EntityDescriptor,
        options: &TaskOptions,
    ) -> Result<core::TaskTemplate, SerializeError> {
        let secrets: Vec<_> = options.secret_requests.iter().map(secret).collect();
        Ok(core::TaskTemplate {
            id: Some(self.identifier(ResourceType::Task, entity.name())),
            r#type: match (options.process, options.plugin) {
                (Some(process), _) => process.task_type(),
                (None, Some(plugin)) => plugin.task_type,
                (None, None) => TASK_TYPE,
            }
            .to_owned(),
            metadata: Some(metadata(options, entity.execution_behavior())),
            interface: Some(typed_interface(&entity.interface())),
            security_context: (!secrets.is_empty()).then(|| core::SecurityContext {
                secrets,
                ..Default::default()
            }),
            extended_resources: extended_resources(
                options.accelerator.map(Into::into).as_ref(),
                options.shared_memory.map(Into::into).as_ref(),
            ),
            target: self.container(entity, options)?.map(Target::Container),
            custom: custom(entity, options)?,
            config: map(options.plugin.map_or(&[], |plugin| plugin.config)),
            ..Default::default()
        })
    }
}

/// Whether the task runs a function of this program.
fn is_function(options: &TaskOptions) -> bool {
    options.process.is_none() && options.plugin.is_none_or(|plugin| plugin.has_container)
}

/// The task's `custom` value for its plugin.
fn custom(
    entity: &EntityDescriptor,
    options: &TaskOptions,
) -> Result<Option<Struct>, SerializeError> {
    let Some(custom) = options.plugin.and_then(|plugin| plugin.custom) else {
        return Ok(None);
    };
    let object = custom.object().map_err(|source| SerializeError::Custom {
        place: format!("task `{}`", entity.name()),
        source: Box::new(source),
    })?;
    Ok(Some(json_struct::to_proto(&object)))
}

pub(super) fn metadata(
    options: &TaskOptions,
    behavior: Option<ExecutionBehavior>,
) -> core::TaskMetadata {
    let cache = options.cache.as_ref();
    let ignored = cache.map_or(&[][..], |cache| cache.ignored_inputs);
    core::TaskMetadata {
        discoverable: cache.is_some(),
        runtime: Some(core::RuntimeMetadata {
            r#type: RuntimeType::FlyteSdk.into(),
            version: RUNTIME_VERSION.to_owned(),
            flavor: "rust".to_owned(),
        }),
        timeout: duration(options.timeout),
        retries: Some(core::RetryStrategy {
            retries: options.retries,
        }),
        discovery_version: cache.map(discovery_version).unwrap_or_default(),
        deprecated_error_message: options.deprecated.unwrap_or_default().to_owned(),
        cache_serializable: cache.is_some_and(|cache| cache.serialize),
        pod_template_name: options.pod_template_name.unwrap_or_default().to_owned(),
        cache_ignore_input_vars: ignored.iter().map(|&input| input.to_owned()).collect(),
        is_eager: behavior == Some(ExecutionBehavior::Eager),
        generates_deck: Some(options.enable_deck == Some(true)),
        metadata: Some(core::K8sObjectMetadata {
            labels: map(options.labels),
            annotations: map(options.annotations),
        }),
        interruptible_value: options
            .interruptible
            .map(task_metadata::InterruptibleValue::Interruptible),
        ..Default::default()
    }
}

fn discovery_version(cache: &CacheOptions) -> String {
    salted(cache.version, cache.salt)
}

/// Combines a version with a salt. flytekit ignores the salt of a cache that has a version.
pub(super) fn salted(version: &str, salt: &str) -> String {
    match salt {
        "" => version.to_owned(),
        salt => format!("{version}-{salt}"),
    }
}

fn map(pairs: Pairs) -> BTreeMap<String, String> {
    let own = |&(key, value): &(&str, &str)| (key.to_owned(), value.to_owned());
    pairs.iter().map(own).collect()
}

fn secret(request: &SecretRequest) -> core::Secret {
    let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
    core::Secret {
        group: request.group.to_owned(),
        group_version: text(request.group_version),
        key: text(request.key),
        // The numbers are the same.
        mount_requirement: request.mount_requirement as i32,
        env_var: text(request.env_var),
    }
}

/// Graphics processor and shared memory; `None` if neither is requested.
pub(super) fn extended_resources(
    accelerator: Option<&AcceleratorOverride>,
    shared_memory: Option<&SharedMemoryOverride>,
) -> Option<core::ExtendedResources> {
    if accelerator.is_none() && shared_memory.is_none() {
        return None;
    }
    let accelerator = accelerator.map(|accelerator| core::GpuAccelerator {
        device: accelerator.device.clone(),
        partition_size_value: accelerator
            .partition
            .clone()
            .map(PartitionSizeValue::PartitionSize),
    });
    let shared_memory = shared_memory.map(|size| core::SharedMemory {
        mount_path: SHARED_MEMORY_PATH.to_owned(),
        mount_name: SHARED_MEMORY_NAME.to_owned(),
        size_limit: match size {
            SharedMemoryOverride::Default => String::new(),
            SharedMemoryOverride::Size(size) => size.clone(),
        },
    });
    Some(core::ExtendedResources {
        gpu_accelerator: accelerator,
        shared_memory,
    })
}
