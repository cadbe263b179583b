//! What a node says about its task, in the specification of the child.

use flyte_idl::flyteidl2::core::{self, task_metadata::InterruptibleValue, task_template::Target};

use super::{super::metadata::salted, SerializeError, Serializer, backoff, duration, task::same};
use crate::serialize::resources::{amounts, extended_resources};
use flyte_core::graph::{
    NodeOverrides,
    entity::EntityDescriptor,
    overrides::{CacheOverrideFields, NodeOverridesFields},
};

impl Serializer<'_> {
    /// Writes the overrides of a node into the specification of its task.
    ///
    /// # Errors
    ///
    /// [`SerializeError::Image`] if the image is not configured.
    pub(crate) fn flyte2_override(
        &self,
        entity: &EntityDescriptor,
        template: &mut core::TaskTemplate,
        overrides: &NodeOverrides,
    ) -> Result<(), SerializeError> {
        let NodeOverridesFields {
            // Its own name and outputs are the graph's business, which runs in the parent.
            node_name: _,
            name: _,
            aliases: _,
            requests,
            limits,
            timeout,
            retries,
            backoff: wait,
            interruptible,
            cache,
            container_image,
            accelerator,
            shared_memory,
            pod_template_name,
        } = overrides.fields();
        if let Some(Target::Container(container)) = &mut template.target {
            if let Some(image) = container_image {
                let image = self.settings.image_config.resolve(Some(image));
                container.image = image.map_err(|source| SerializeError::Image {
                    place: format!("a call of `{}`", entity.name()),
                    source: Box::new(source),
                })?;
            }
            let (requests, limits) = (amounts(requests), amounts(limits));
            // Together they replace all that the task asks for.
            if !requests.is_empty() || !limits.is_empty() {
                let resources = flyte_idl::flyteidl::core::Resources { requests, limits };
                container.resources = Some(same(&resources));
            }
        }
        if let Some(resources) = extended_resources(accelerator, shared_memory) {
            template.extended_resources = Some(same(&resources));
        }
        let metadata = template.metadata.get_or_insert_default();
        if let Some(limit) = timeout {
            metadata.timeout = duration(Some(limit));
        }
        let attempts = metadata.retries.get_or_insert_default();
        if let Some(retries) = retries {
            attempts.retries = retries;
        }
        if let Some(wait) = wait {
            attempts.backoff = Some(backoff(wait));
        }
        if let Some(interruptible) = interruptible {
            metadata.interruptible_value = Some(InterruptibleValue::Interruptible(interruptible));
        }
        if let Some(name) = pod_template_name {
            name.clone_into(&mut metadata.pod_template_name);
        }
        if let Some(cache) = cache {
            let CacheOverrideFields {
                enabled,
                version,
                serialize,
                ignored_inputs,
                salt,
            } = cache.fields();
            metadata.discoverable = enabled;
            if let Some(serialize) = serialize {
                metadata.cache_serializable = serialize;
            }
            if version.is_some() || salt.is_some() {
                let own = entity
                    .task_options()
                    .and_then(|options| options.cache.as_ref());
                let version = version.or(own.map(|own| own.version)).unwrap_or_default();
                let salt = salt.or(own.map(|own| own.salt)).unwrap_or_default();
                metadata.discovery_version = salted(version, salt);
            }
            if let Some(ignored) = ignored_inputs {
                let ignored = ignored.iter().map(|input| (*input).to_owned());
                metadata.cache_ignore_input_vars = ignored.collect();
            }
        }
        Ok(())
    }
}
