//! Parts of what is declared about a task.

use serde::{Deserialize, Serialize};

use super::{Quantity, declare::options, is_empty, is_false};

/// After which errors a failed attempt is repeated.
///
/// Whatever it is, [`TaskError::fatal`](crate::error::TaskError::fatal) ends a task at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RetryOn {
    /// After every error and every panic, as in Flyte 2.
    #[default]
    Any,
    /// After what [`TaskError::recoverable`](crate::error::TaskError::recoverable) marks, as in flytekit.
    Recoverable,
}

impl RetryOn {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

options! {
    /// When and how results are kept.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
    pub struct CacheOptions as CacheOptionsFields;

    /// Caching under a version.
    new(version: &'static str);

    /// Part of the key: a new version forgets the old results.
    version: [&'static str] = version,
    /// Equal calls at the same time wait for the first instead of running too.
    #[serde(skip_serializing_if = "is_false")]
    serialize: [bool] = false,
    /// Inputs that are not part of the key.
    #[serde(skip_serializing_if = "is_empty")]
    ignored_inputs: [&'static [&'static str]] = &[],
    /// Separates results that would otherwise share a key.
    #[serde(skip_serializing_if = "str::is_empty")]
    salt: [&'static str] = "",
}

options! {
    /// A secret that a task reads.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
    pub struct SecretRequest as SecretRequestFields;

    /// A whole group, however it is handed over.
    new(group: &'static str);

    /// The group it belongs to.
    group: [&'static str] = group,
    /// Its name in the group; `None` is the whole group.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: [Option<&'static str>] = None,
    /// The version of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    group_version: [Option<&'static str>] = None,
    /// How it must be handed over.
    mount_requirement: [MountRequirement] = MountRequirement::Any,
    /// The environment variable it is handed over in.
    #[serde(skip_serializing_if = "Option::is_none")]
    env_var: [Option<&'static str>] = None,
}

/// How a secret must be handed over. The numbers are those of the Flyte protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MountRequirement {
    /// As the platform likes.
    #[default]
    Any = 0,
    /// In an environment variable.
    EnvVar = 1,
    /// In a file.
    File = 2,
}

/// A part of a task's deck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeckField {
    /// The inputs.
    Input,
    /// The outputs.
    Output,
    /// The source of the task.
    SourceCode,
    /// How long the steps took.
    Timeline,
    /// What it was built with.
    Dependencies,
}

impl DeckField {
    /// Every part: what a deck shows by default.
    pub const ALL: &'static [Self] = &[
        Self::SourceCode,
        Self::Dependencies,
        Self::Timeline,
        Self::Input,
        Self::Output,
    ];

    /// What the deck of this part is called, as in flytekit.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Input => "Input",
            Self::Output => "Output",
            Self::SourceCode => "Source Code",
            Self::Timeline => "Timeline",
            Self::Dependencies => "Dependencies",
        }
    }
}

options! {
    /// Where a task comes from, as its macro has seen it: what its deck shows as source code and dependencies.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct BuiltFrom as BuiltFromFields;

    /// What the macro has seen.
    new(code: &'static str, package: &'static str, version: &'static str, packages: &'static str);

    /// The function as it is written, without its attributes; empty when the deck does not show it.
    code: [&'static str] = code,
    /// The package that it is in.
    package: [&'static str] = package,
    /// The version of that package.
    version: [&'static str] = version,
    /// The packages of `Cargo.lock` when it was built, a line `name version` each; empty when there was none, or when
    /// the deck does not show them.
    packages: [&'static str] = packages,
}

options! {
    /// The description of an entity.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
    pub struct Documentation as DocumentationFields;

    /// Nothing said.
    new();

    /// One sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    short: [Option<&'static str>] = None,
    /// All there is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    long: [Option<&'static str>] = None,
    /// Where the source can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    source_link: [Option<&'static str>] = None,
}

options! {
    /// A kind of graphics processor.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub struct Accelerator as AcceleratorFields;

    /// A whole device.
    new(device: &'static str);

    /// The device, as the cluster labels it: `nvidia-tesla-t4`.
    device: [&'static str] = device,
    /// The part of a divisible device: `1g.5gb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    partition: [Option<&'static str>] = None,
}

/// The size of `/dev/shm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SharedMemory {
    /// Up to the memory of the container.
    Default,
    /// A fixed size.
    Size(Quantity),
}
