//! The processes of shell, container and echo tasks, as constants.

use serde::{Deserialize, Serialize};

use crate::options::{Pairs, as_map, is_empty};

/// A task's process, for a task that does not run a function of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
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

/// The script of `#[shell_task(..)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ShellProcess {
    /// The text, which may contain `{inputs.x}`, `{outputs.y}` and `{ctx.working_directory}`.
    pub script: &'static str,
    /// The program that runs it.
    pub shell: &'static str,
    /// Where the script writes outputs for which the task does not name a place: paths that may contain `{inputs.x}`.
    #[serde(skip_serializing_if = "is_empty", serialize_with = "as_map")]
    pub output_locations: Pairs,
}

impl ShellProcess {
    /// A script for `sh`.
    pub const fn new(script: &'static str) -> Self {
        Self {
            script,
            shell: "sh",
            output_locations: &[],
        }
    }
}

/// The container of `#[container_task(..)]` (`flyteidl.core.Container` and its `DataLoadingConfig`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ContainerProcess {
    /// The image.
    pub image: &'static str,
    /// The command, which may contain `{{.inputs.x}}`.
    pub command: &'static [&'static str],
    /// The arguments after the command, which may contain `{{.inputs.x}}`.
    #[serde(skip_serializing_if = "is_empty")]
    pub arguments: &'static [&'static str],
    /// The directory with a file for each input.
    pub input_data_dir: &'static str,
    /// The directory in which it leaves a file for each output.
    pub output_data_dir: &'static str,
    /// The format of the file with all inputs.
    pub metadata_format: MetadataFormat,
}

impl ContainerProcess {
    /// An image without a command.
    pub const fn new(image: &'static str) -> Self {
        Self {
            image,
            command: &[],
            arguments: &[],
            input_data_dir: "/var/inputs",
            output_data_dir: "/var/outputs",
            metadata_format: MetadataFormat::Json,
        }
    }
}

/// The format of the file with all inputs of a container. The numbers are those of the Flyte protocol
/// (`DataLoadingConfig.LiteralMapFormat`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetadataFormat {
    /// `inputs.json`; flytekit's default.
    #[default]
    Json = 0,
    /// `inputs.yaml`.
    Yaml = 1,
    /// `inputs.pb`.
    Proto = 2,
}
