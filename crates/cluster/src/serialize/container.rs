//! The container of a task: this program, or the image that `#[container_task]` names.

use std::borrow::Cow;

use flyte_idl::flyteidl::core;

use super::{SerializeError, Serializer};
use flyte_config::settings::{EnvVars, FastSerializationSettings};
use flyte_core::{
    graph::entity::{EntityDescriptor, ExecutionBehavior},
    no_other_variant,
    options::{ContainerProcess, ContainerProcessFields, Process, TaskOptions},
};

impl Serializer<'_> {
    pub(super) fn container(
        &self,
        entity: &EntityDescriptor,
        options: &TaskOptions,
    ) -> Result<Option<core::Container>, SerializeError> {
        if options.plugin.is_some_and(|plugin| !plugin.has_container) {
            return Ok(None);
        }
        let process = match options.process {
            // Flyte itself returns the inputs.
            Some(Process::Echo) => return Ok(None),
            Some(Process::Container(process)) => Some(process),
            Some(Process::Shell(_)) | None => None,
            Some(_) => no_other_variant!(Process),
        };
        // Their containers serialise graphs at run time.
        let serialises = matches!(
            entity.execution_behavior(),
            Some(ExecutionBehavior::Dynamic | ExecutionBehavior::Eager)
        );
        let args = self.args(entity);
        self.container_with(entity, options, process, args, serialises)
            .map(Some)
    }

    /// A container with these arguments, or those of its process; `serialises` if the program in it needs the settings.
    pub(super) fn container_with(
        &self,
        entity: &EntityDescriptor,
        options: &TaskOptions,
        process: Option<ContainerProcess>,
        args: Vec<String>,
        serialises: bool,
    ) -> Result<core::Container, SerializeError> {
        let images = &self.settings.image_config;
        let image = images
            .resolve(process.map_or(options.container_image, |process| Some(process.image)))
            .map_err(|source| SerializeError::Image {
                place: format!("task `{}`", entity.name()),
                source: Box::new(source),
            })?;
        let settings = match serialises {
            true => self.settings.with_serialized_context(),
            false => Cow::Borrowed(self.settings),
        };
        let mut env: EnvVars = settings.env.clone().unwrap_or_default();
        let own = options.environment.iter();
        env.extend(own.map(|&(key, value)| (key.to_owned(), verbatim(value))));
        let env = env.iter().map(|(key, value)| core::KeyValuePair {
            key: key.to_owned(),
            value: value.to_owned(),
        });
        let words = |words: &[&str]| words.iter().map(|word| verbatim(word)).collect();
        let (command, args) = match process {
            Some(process) => (words(process.command), words(process.arguments)),
            None => (Vec::new(), args),
        };
        Ok(core::Container {
            image,
            command,
            args,
            resources: Some(self.resources(options)),
            env: env.collect(),
            data_config: process.map(data_config),
            ..Default::default()
        })
    }

    /// The whole command line, with templates that the cluster fills in. It is in the arguments and not in the command,
    /// so that an image's own entry point, such as an init process, still runs before it.
    fn args(&self, entity: &EntityDescriptor) -> Vec<String> {
        let mut args = self.unpacked_first();
        let own = [
            self.program.as_str(),
            "flyte-execute",
            "--inputs",
            "{{.input}}",
            "--output-prefix",
            "{{.outputPrefix}}",
            "--raw-output-data-prefix",
            "{{.rawOutputDataPrefix}}",
            "--checkpoint-path",
            "{{.checkpointOutputPrefix}}",
            "--prev-checkpoint",
            "{{.prevCheckpointPrefix}}",
        ];
        let what = match entity.built_in() {
            Some(told) => ["--", "built-in", told],
            None => ["--", "task", entity.name()],
        };
        args.extend(own.into_iter().chain(what).map(str::to_owned));
        args
    }

    /// What unpacks the program's code in front of everything else, if it is registered apart from the image.
    pub(super) fn unpacked_first(&self) -> Vec<String> {
        let fast = self.settings.fast_serialization_settings.as_ref();
        let fast = fast.filter(|fast| fast.enabled);
        fast.map(|fast| self.fast_prefix(fast).to_vec())
            .unwrap_or_default()
    }

    /// The command that downloads the packed code first; flytectl fills in the templates if the settings do not have
    /// values.
    fn fast_prefix(&self, fast: &FastSerializationSettings) -> Vec<String> {
        let location = fast.distribution_location.as_deref();
        let directory = fast.destination_dir.as_deref();
        let launcher = self.launcher.as_ref();
        let mut words = vec![
            launcher.map_or(self.program.as_str(), |launcher| &launcher.program),
            "flyte-fast-execute",
            "--additional-distribution",
            location.unwrap_or("{{ .remote_package_path }}"),
            "--dest-dir",
            directory.unwrap_or("{{ .dest_dir }}"),
        ];
        if let Some(launcher) = launcher {
            words.extend(["--distribution-sha256", &launcher.sha256]);
        }
        words.push("--");
        words.into_iter().map(str::to_owned).collect()
    }
}

/// Escapes a text so that Kubernetes does not change it. Unlike local runs, it replaces `$(NAME)` by the value of a
/// variable and `$$` by `$`.
fn verbatim(text: &str) -> String {
    if text.contains("$(") || text.contains("$$") {
        text.replace('$', "$$")
    } else {
        text.to_owned()
    }
}

/// Where a container of another program finds its inputs and leaves its outputs.
fn data_config(process: ContainerProcess) -> core::DataLoadingConfig {
    let ContainerProcessFields {
        // They are the container's own.
        image: _,
        command: _,
        arguments: _,
        input_data_dir,
        output_data_dir,
        metadata_format,
    } = process.fields();
    core::DataLoadingConfig {
        enabled: true,
        input_path: input_data_dir.to_owned(),
        output_path: output_data_dir.to_owned(),
        // The numbers are the same.
        format: metadata_format as i32,
        io_strategy: None,
    }
}
