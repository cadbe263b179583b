//! Serialises the overrides of a node.

use std::fmt;

use flyte_idl::flyteidl::core::{self, node_metadata, resources::ResourceName};

use super::{
    SerializeError, Serializer,
    container::entries,
    task::{extended_resources, salted},
};
use flyte_check::check::overrides::without_place;
use flyte_core::graph::{
    Graph, Node,
    entity::EntityDescriptor,
    overrides::{CacheOverride, ResourceAmounts},
};

/// A node, with its description for errors.
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

// The order differs from that of a task's resources, as in flytekit.
fn amounts(amounts: &ResourceAmounts) -> Vec<core::resources::ResourceEntry> {
    let amount = |name| amounts.amounts.get(name);
    entries([
        (ResourceName::Cpu, amount("cpu")),
        (ResourceName::Memory, amount("mem")),
        (ResourceName::Gpu, amount("gpu")),
        (ResourceName::EphemeralStorage, amount("ephemeral_storage")),
    ])
}

/// Refuses overrides that Flyte's messages cannot express.
pub(super) fn refuse_without_place(place: NodePlace<'_>) -> Result<(), SerializeError> {
    match without_place(place.node) {
        Some((key, reason)) => Err(SerializeError::Override {
            place: place.to_string(),
            key,
            reason,
        }),
        None => Ok(()),
    }
}

/// Writes the caching options of a node.
pub(super) fn set_cache(metadata: &mut core::NodeMetadata, node: &Node) {
    let Some(cache) = node.overrides().and_then(|o| o.cache.as_ref()) else {
        return;
    };
    metadata.cacheable_value = Some(node_metadata::CacheableValue::Cacheable(cache.enabled));
    metadata.cache_version_value =
        cache_version(cache, node).map(node_metadata::CacheVersionValue::CacheVersion);
    // A new version starts with the defaults of a cache.
    metadata.cache_serializable_value = cache
        .serialize
        .or(cache.version.is_some().then_some(false))
        .map(node_metadata::CacheSerializableValue::CacheSerializable);
}

/// The cache version of a node; by default that of its task.
fn cache_version(cache: &CacheOverride, node: &Node) -> Option<String> {
    if !cache.enabled {
        return None;
    }
    let task = node
        .target()
        .runs()
        .and_then(EntityDescriptor::task_options);
    let own = task.and_then(|task| task.cache.as_ref());
    let version = cache.version.as_deref().or(own.map(|own| own.version))?;
    let salt = cache.salt.as_deref().or(own.map(|own| own.salt));
    Some(salted(version, salt.unwrap_or_default()))
}
