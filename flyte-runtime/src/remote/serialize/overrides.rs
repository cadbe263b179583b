//! What a node says differently from its entity.

use std::fmt;

use flyte_idl::flyteidl::core::{self, node_metadata, resources::ResourceName};

use super::{
    SerializeError, Serializer,
    container::entries,
    task::{extended_resources, salted},
};
use crate::{
    entity::EntityDescriptor,
    graph::{
        Graph, Node,
        overrides::{CacheOverride, ResourceAmounts},
    },
};

/// A node, and where it is for an error.
#[derive(Clone, Copy)]
pub(super) struct NodePlace<'a> {
    pub(super) graph: &'a Graph,
    pub(super) node: &'a Node,
}

impl fmt::Display for NodePlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (node, workflow) = (self.node.id(), self.graph.name());
        write!(f, "node `{node}` of `{workflow}`")
    }
}

impl NodePlace<'_> {
    fn refuse(self, key: &'static str, reason: &'static str) -> SerializeError {
        SerializeError::Override {
            place: self.to_string(),
            key,
            reason,
        }
    }
}

impl Serializer<'_> {
    pub(super) fn task_overrides(
        &self,
        graph: &Graph,
        node: &Node,
    ) -> Result<core::TaskNodeOverrides, SerializeError> {
        let place = NodePlace { graph, node };
        let Some(overrides) = node.overrides() else {
            return Ok(core::TaskNodeOverrides::default());
        };
        if overrides.pod_template_name.is_some() {
            return Err(place.refuse(
                "pod_template_name",
                "which Flyte knows of whole tasks alone; give it to the task",
            ));
        }
        let image = overrides
            .container_image
            .as_deref()
            .map(|image| self.settings.image_config.resolve(Some(image)))
            .transpose()
            .map_err(|source| SerializeError::Image {
                place: place.to_string(),
                source: Box::new(source),
            })?;
        let (requests, limits) = (amounts(&overrides.requests), amounts(&overrides.limits));
        Ok(core::TaskNodeOverrides {
            resources: (!requests.is_empty() || !limits.is_empty())
                .then_some(core::Resources { requests, limits }),
            extended_resources: extended_resources(
                overrides.accelerator.as_ref(),
                overrides.shared_memory.as_ref(),
            )
            .map(Box::new),
            container_image: image.unwrap_or_default(),
            pod_template: None,
        })
    }
}

// The order differs from that of a task's resources, in flytekit as well.
fn amounts(amounts: &ResourceAmounts) -> Vec<core::resources::ResourceEntry> {
    let amount = |name| amounts.amounts.get(name);
    entries([
        (ResourceName::Cpu, amount("cpu")),
        (ResourceName::Memory, amount("mem")),
        (ResourceName::Gpu, amount("gpu")),
        (ResourceName::EphemeralStorage, amount("ephemeral_storage")),
    ])
}

/// Overrides for a container on a node that has none, which flytekit passes over in silence.
pub(super) fn refuse_without_container(place: NodePlace<'_>) -> Result<(), SerializeError> {
    let Some(overrides) = place.node.overrides() else {
        return Ok(());
    };
    let for_containers = [
        ("requests", !overrides.requests.amounts.is_empty()),
        ("limits", !overrides.limits.amounts.is_empty()),
        ("container_image", overrides.container_image.is_some()),
        ("accelerator", overrides.accelerator.is_some()),
        ("shared_memory", overrides.shared_memory.is_some()),
        ("pod_template_name", overrides.pod_template_name.is_some()),
    ];
    match for_containers.into_iter().find(|(_, given)| *given) {
        Some((key, _)) => Err(place.refuse(
            key,
            "which changes a container, and the node has none of its own; override it at the tasks inside",
        )),
        None => Ok(()),
    }
}

/// Writes what a node says about caching.
pub(super) fn set_cache(
    metadata: &mut core::NodeMetadata,
    place: NodePlace<'_>,
) -> Result<(), SerializeError> {
    let Some(cache) = place.node.overrides().and_then(|o| o.cache.as_ref()) else {
        return Ok(());
    };
    if cache.ignored_inputs.is_some() {
        return Err(place.refuse(
            "cache",
            "with `ignored_inputs`, which Flyte knows of whole tasks alone; give them to the task",
        ));
    }
    metadata.cacheable_value = Some(node_metadata::CacheableValue::Cacheable(cache.enabled));
    metadata.cache_version_value =
        cache_version(cache, place)?.map(node_metadata::CacheVersionValue::CacheVersion);
    // A version starts anew, with what a cache is by default.
    metadata.cache_serializable_value = cache
        .serialize
        .or(cache.version.is_some().then_some(false))
        .map(node_metadata::CacheSerializableValue::CacheSerializable);
    Ok(())
}

/// The version that counts for a node; without one of its own that of its task.
fn cache_version(
    cache: &CacheOverride,
    place: NodePlace<'_>,
) -> Result<Option<String>, SerializeError> {
    if !cache.enabled {
        return Ok(None);
    }
    let task = place
        .node
        .target()
        .runs()
        .and_then(EntityDescriptor::task_options);
    let own = task.and_then(|task| task.cache.as_ref());
    let version = cache.version.as_deref().or(own.map(|own| own.version));
    let Some(version) = version else {
        return Err(place.refuse(
            "cache",
            "and neither the node nor what it runs has a version; give one: `cache(\"1\")`",
        ));
    };
    let salt = cache.salt.as_deref().or(own.map(|own| own.salt));
    Ok(Some(salted(version, salt.unwrap_or_default())))
}
