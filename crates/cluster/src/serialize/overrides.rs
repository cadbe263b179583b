//! What a node says differently from its entity.

use std::fmt;

use flyte_idl::flyteidl::core::{self, node_metadata};

use super::{
    SerializeError, Serializer,
    metadata::salted,
    resources::{amounts, extended_resources},
};
use flyte_check::check::overrides::without_place;
use flyte_core::graph::{
    Graph, Node,
    entity::EntityDescriptor,
    overrides::{CacheOverrideFields, NodeOverridesFields},
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
        let NodeOverridesFields {
            requests,
            limits,
            container_image,
            accelerator,
            shared_memory,
            // `node.rs`
            node_name: _,
            name: _,
            aliases: _,
            timeout: _,
            retries: _,
            interruptible: _,
            // `set_cache`, below
            cache: _,
            // Refused, in `refuse_without_place`.
            pod_template_name: _,
            // Flyte has no place for it, which is a finding.
            backoff: _,
        } = overrides.fields();
        let image = container_image
            .map(|image| self.settings.image_config.resolve(Some(image)))
            .transpose()
            .map_err(|source| SerializeError::Image {
                place: place.to_string(),
                source: Box::new(source),
            })?;
        let (requests, limits) = (amounts(requests), amounts(limits));
        Ok(core::TaskNodeOverrides {
            resources: (!requests.is_empty() || !limits.is_empty())
                .then_some(core::Resources { requests, limits }),
            extended_resources: extended_resources(accelerator, shared_memory).map(Box::new),
            container_image: image.unwrap_or_default(),
            pod_template: None,
        })
    }
}

/// Refuses what Flyte's messages have no place for.
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

/// Writes what a node says about caching.
pub(super) fn set_cache(metadata: &mut core::NodeMetadata, node: &Node) {
    let Some(cache) = node.overrides().and_then(|o| o.cache.as_ref()) else {
        return;
    };
    let CacheOverrideFields {
        enabled,
        version,
        serialize,
        // Refused, in `refuse_without_place`.
        ignored_inputs: _,
        salt,
    } = cache.fields();
    metadata.cacheable_value = Some(node_metadata::CacheableValue::Cacheable(enabled));
    metadata.cache_version_value = enabled
        .then(|| cache_version(version, salt, node))
        .flatten()
        .map(node_metadata::CacheVersionValue::CacheVersion);
    // A version starts anew, with what a cache is by default.
    metadata.cache_serializable_value = serialize
        .or(version.is_some().then_some(false))
        .map(node_metadata::CacheSerializableValue::CacheSerializable);
}

/// The version that counts for a node; without one of its own that of its task.
fn cache_version(version: Option<&str>, salt: Option<&str>, node: &Node) -> Option<String> {
    let task = node
        .target()
        .runs()
        .and_then(EntityDescriptor::task_options);
    let own = task.and_then(|task| task.cache.as_ref());
    let version = version.or(own.map(|own| own.version))?;
    let salt = salt.or(own.map(|own| own.salt));
    Some(salted(version, salt.unwrap_or_default()))
}
