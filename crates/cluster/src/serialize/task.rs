//! Serialises tasks.

use flyte_idl::{
    flyteidl::{
        admin,
        core::{self, task_template::Target},
    },
    prost_types::Struct,
};

use super::{
    SerializeError, Serializer,
    interface::typed_interface,
    metadata::{map, metadata},
    resources::extended_resources,
};
use crate::json_struct;
use flyte_config::identifier::ResourceType;
use flyte_core::{
    graph::entity::EntityDescriptor,
    options::{Pairs, PluginFields, SecretRequest, SecretRequestFields, TaskOptions},
};

/// The type of tasks that run in a container, which every cluster supports.
const TASK_TYPE: &str = "container";

const NO_PAIRS: Pairs = &[];

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

    pub(super) fn task_template(
        &self,
        entity: &'static EntityDescriptor,
        options: &TaskOptions,
    ) -> Result<core::TaskTemplate, SerializeError> {
        let secrets: Vec<_> = options.secret_requests.iter().map(secret).collect();
        let (task_type, config) = match (options.process, options.plugin) {
            (Some(process), _) => (process.task_type(), NO_PAIRS),
            (None, Some(plugin)) => {
                let PluginFields {
                    task_type,
                    config,
                    // `custom`, below
                    custom: _,
                    // `container.rs`
                    has_container: _,
                } = plugin.fields();
                (task_type, config)
            }
            (None, None) => (TASK_TYPE, NO_PAIRS),
        };
        Ok(core::TaskTemplate {
            id: Some(self.identifier(ResourceType::Task, entity.name())),
            r#type: task_type.to_owned(),
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
            config: map(config),
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

fn secret(request: &SecretRequest) -> core::Secret {
    let SecretRequestFields {
        group,
        key,
        group_version,
        mount_requirement,
        env_var,
    } = request.fields();
    let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
    core::Secret {
        group: group.to_owned(),
        group_version: text(group_version),
        key: text(key),
        // The numbers are the same.
        mount_requirement: mount_requirement as i32,
        env_var: text(env_var),
    }
}
