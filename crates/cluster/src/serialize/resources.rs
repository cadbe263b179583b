//! What a task or a node needs of a machine: amounts of resources, and beside them the accelerator and shared memory.

use std::fmt::Display;

use flyte_idl::flyteidl::core::{
    self,
    gpu_accelerator::PartitionSizeValue,
    resources::{ResourceEntry, ResourceName},
};

use super::Serializer;
use flyte_config::settings::ResourceSet;
use flyte_core::{
    graph::overrides::{AcceleratorOverride, ResourceAmounts, SharedMemoryOverride},
    no_other_variant,
    options::{Resources, ResourcesFields, TaskOptions},
};

const SHARED_MEMORY_NAME: &str = "flyte-shared-memory";
const SHARED_MEMORY_PATH: &str = "/dev/shm";

impl Serializer<'_> {
    /// The task's resources; the settings' if it asks for none at all.
    pub(super) fn resources(&self, options: &TaskOptions) -> core::Resources {
        match &self.settings.default_resources {
            Some(defaults) if options.requests.is_empty() && options.limits.is_empty() => {
                core::Resources {
                    requests: of_settings(&defaults.requests),
                    limits: of_settings(&defaults.limits),
                }
            }
            _ => core::Resources {
                requests: of_task(&options.requests),
                limits: of_task(&options.limits),
            },
        }
    }
}

fn of_task(resources: &Resources) -> Vec<ResourceEntry> {
    let ResourcesFields {
        cpu,
        mem,
        gpu,
        ephemeral_storage,
    } = resources.fields();
    entries([
        (ResourceName::EphemeralStorage, ephemeral_storage),
        (ResourceName::Cpu, cpu),
        (ResourceName::Gpu, gpu),
        (ResourceName::Memory, mem),
    ])
}

fn of_settings(resources: &ResourceSet) -> Vec<ResourceEntry> {
    entries([
        (
            ResourceName::EphemeralStorage,
            resources.ephemeral_storage.as_ref(),
        ),
        (ResourceName::Cpu, resources.cpu.as_ref()),
        (ResourceName::Gpu, resources.gpu.as_ref()),
        (ResourceName::Memory, resources.mem.as_ref()),
    ])
}

/// The amounts that a node overrides; in another order than those of a task, as flytekit writes them.
pub(super) fn amounts(amounts: &ResourceAmounts) -> Vec<ResourceEntry> {
    let amount = |name| amounts.amounts.get(name);
    entries([
        (ResourceName::Cpu, amount("cpu")),
        (ResourceName::Memory, amount("mem")),
        (ResourceName::Gpu, amount("gpu")),
        (ResourceName::EphemeralStorage, amount("ephemeral_storage")),
    ])
}

/// The amounts that are there, in their order.
fn entries<V: Display>(
    amounts: impl IntoIterator<Item = (ResourceName, Option<V>)>,
) -> Vec<ResourceEntry> {
    let entry = |(name, amount): (ResourceName, Option<V>)| {
        Some(ResourceEntry {
            name: name.into(),
            value: amount?.to_string(),
        })
    };
    amounts.into_iter().filter_map(entry).collect()
}

/// Graphics processor and shared memory; nothing if neither is asked for.
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
            _ => no_other_variant!(SharedMemoryOverride),
        },
    });
    Some(core::ExtendedResources {
        gpu_accelerator: accelerator,
        shared_memory,
    })
}
