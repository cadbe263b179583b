//! What shell, container and echo tasks run, as constants.

use serde::{Deserialize, Serialize};

use super::{Pairs, as_map, is_empty, table::options};

/// What a task runs that is no function of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Process {
    /// A script.
    Shell(ShellProcess),
    /// A container.
    Container(ContainerProcess),
    /// Nothing: it gives what it takes, and on a cluster Flyte itself does that.
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

    /// The text, with `{inputs.x}`, `{outputs.y}` and `{ctx.working_directory}` in it.
    script: [&'static str] = script,
    /// The program that runs it.
    shell: [&'static str] = "sh",
    /// Where outputs are written, for those that the task does not name a place for: paths, with `{inputs.x}` in them.
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
    /// What it runs, with `{{.inputs.x}}` in it.
    command: [&'static [&'static str]] = &[],
    /// What comes behind the command, with `{{.inputs.x}}` in it.
    #[serde(skip_serializing_if = "is_empty")]
    arguments: [&'static [&'static str]] = &[],
    /// Where it finds a file for each input.
    input_data_dir: [&'static str] = "/var/inputs",
    /// Where it leaves a file for each output.
    output_data_dir: [&'static str] = "/var/outputs",
    /// How Flyte writes the file with all inputs.
    metadata_format: [MetadataFormat] = MetadataFormat::Json,
}

/// How the file with all inputs of a container is written. The numbers are those of the Flyte protocol
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
