//! The processes of shell, container and echo tasks, as constants.

use serde::{Deserialize, Serialize};

use super::{Pairs, as_map, declare::options, is_empty};

/// A task's process, for a task that does not run a function of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Process {
    /// A script.
    Shell(ShellProcess),
    /// A container.
    Container(ContainerProcess),
    /// Nothing: it returns its inputs, and on a cluster Flyte itself does that.
    Echo,
}

impl Process {
    /// Flyte's name for this type of task: `shell`, `raw-container` or `echo`.
    pub fn task_type(&self) -> &'static str {
        match self {
            Self::Shell(_) => "shell",
            Self::Container(_) => "raw-container",
            Self::Echo => "echo",
        }
    }
}

options! {
    /// The script of `#[shell_task(..)]`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub struct ShellProcess as ShellProcessFields;

    /// A script for `sh`.
    new(script: &'static str);

    /// The text, which may contain `{inputs.x}`, `{outputs.y}` and `{ctx.working_directory}`.
    script: [&'static str] = script,
    /// The program that runs it.
    shell: [&'static str] = "sh",
    /// Where the script writes outputs for which the task does not name a place: paths that may contain `{inputs.x}`.
    #[serde(skip_serializing_if = "is_empty", serialize_with = "as_map")]
    output_locations: [Pairs] = &[],
}

options! {
    /// The container of `#[container_task(..)]` (`flyteidl.core.Container` and its `DataLoadingConfig`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub struct ContainerProcess as ContainerProcessFields;

    /// An image without a command.
    new(image: &'static str);

    /// The image.
    image: [&'static str] = image,
    /// The command, which may contain `{{.inputs.x}}`.
    command: [&'static [&'static str]] = &[],
    /// The arguments after the command, which may contain `{{.inputs.x}}`.
    #[serde(skip_serializing_if = "is_empty")]
    arguments: [&'static [&'static str]] = &[],
    /// The directory with a file for each input.
    input_data_dir: [&'static str] = "/var/inputs",
    /// The directory in which it leaves a file for each output.
    output_data_dir: [&'static str] = "/var/outputs",
    /// The format of the file with all inputs.
    metadata_format: [MetadataFormat] = MetadataFormat::Json,
}

/// The format of the file with all inputs of a container. The numbers are those of the Flyte protocol
/// (`DataLoadingConfig.LiteralMapFormat`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MetadataFormat {
    /// `inputs.json`; flytekit's default.
    #[default]
    Json = 0,
    /// `inputs.yaml`.
    Yaml = 1,
    /// `inputs.pb`.
    Proto = 2,
}
