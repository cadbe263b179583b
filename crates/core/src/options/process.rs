//! What shell, container and echo tasks run, as constants.

use serde::{Deserialize, Serialize};

use crate::options::{Pairs, as_map, is_empty};

/// What a task runs that is no function of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
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

/// The script of `#[shell_task(..)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ShellProcess {
    /// The text, with `{inputs.x}`, `{outputs.y}` and `{ctx.working_directory}` in it.
    pub script: &'static str,
    /// The program that runs it.
    pub shell: &'static str,
    /// Where outputs are written, for those that the task does not name a place for: paths, with `{inputs.x}` in them.
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
    /// What it runs, with `{{.inputs.x}}` in it.
    pub command: &'static [&'static str],
    /// What comes behind the command, with `{{.inputs.x}}` in it.
    #[serde(skip_serializing_if = "is_empty")]
    pub arguments: &'static [&'static str],
    /// Where it finds a file for each input.
    pub input_data_dir: &'static str,
    /// Where it leaves a file for each output.
    pub output_data_dir: &'static str,
    /// How Flyte writes the file with all inputs.
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

/// How the file with all inputs of a container is written. The numbers are those of the Flyte protocol
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
