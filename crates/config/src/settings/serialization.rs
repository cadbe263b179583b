//! Serialization settings and how they are made.

use crate::setters::setters;
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{
    DEFAULT_PYTHON_INTERPRETER, EnvVars, Image, ImageConfig, ImageError, ResourceSpec,
    SERIALIZED_CONTEXT_ENV_VAR, json,
    transport::{self, TransportError},
};

/// Where the program that runs Python tasks is, within a virtual environment.
const ENTRYPOINT: &str = "bin/entrypoint.py";

/// What is fixed when entities are serialized, before they are registered.
///
/// Corresponds to `flytekit.configuration.SerializationSettings`: the same fields, in the order of its JSON. The Python
/// fields mean nothing to a Rust task; they are there so that settings can pass through a Rust program unchanged.
///
/// ```
/// use flyte_runtime::compat::settings::SerializationSettings;
///
/// let settings = SerializationSettings::for_image("ghcr.io/acme/train:v1", "v1")?
///     .new_builder()
///     .project("flytesnacks")
///     .domain("development")
///     .env([("RUST_LOG", "info")])
///     .build();
/// let text = settings.serialized_context();
/// assert_eq!(SerializationSettings::from_transport(&text)?, settings);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Parts")]
#[non_exhaustive]
pub struct SerializationSettings {
    /// The images that tasks can run in.
    pub image_config: ImageConfig,
    /// The project to register in.
    pub project: Option<String>,
    /// The domain to register in.
    pub domain: Option<String>,
    /// The version to register as.
    pub version: Option<String>,
    /// Variables for the container of every task.
    pub env: Option<EnvVars>,
    /// Resources for tasks that ask for none.
    pub default_resources: Option<ResourceSpec>,
    /// The repository of the source code.
    pub git_repo: Option<String>,
    /// The interpreter of Python tasks, within their container.
    pub python_interpreter: String,
    /// The virtual environment of Python tasks, within their container.
    pub flytekit_virtualenv_root: String,
    /// How code reaches the container, if it is not in the image.
    pub fast_serialization_settings: Option<FastSerializationSettings>,
    /// The root directory of the source code.
    pub source_root: Option<String>,
}

/// The form in which settings are read: everything but the images may be missing.
#[derive(Deserialize)]
struct Parts {
    image_config: ImageConfig,
    #[serde(default)]
    project: Option<String>,
    #[serde(default)]
    domain: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    env: Option<EnvVars>,
    #[serde(default)]
    default_resources: Option<ResourceSpec>,
    #[serde(default)]
    git_repo: Option<String>,
    #[serde(default)]
    python_interpreter: Option<String>,
    #[serde(default)]
    flytekit_virtualenv_root: Option<String>,
    #[serde(default)]
    fast_serialization_settings: Option<FastSerializationSettings>,
    #[serde(default)]
    source_root: Option<String>,
}

impl From<Parts> for SerializationSettings {
    fn from(parts: Parts) -> Self {
        let builder = SerializationSettingsBuilder {
            image_config: parts.image_config,
            project: parts.project,
            domain: parts.domain,
            version: parts.version,
            env: parts.env,
            default_resources: parts.default_resources,
            git_repo: parts.git_repo,
            python_interpreter: parts.python_interpreter,
            flytekit_virtualenv_root: parts.flytekit_virtualenv_root,
            fast_serialization_settings: parts.fast_serialization_settings,
            source_root: parts.source_root,
        };
        builder.build()
    }
}

impl SerializationSettings {
    /// Settings with these images, and nothing else said.
    pub fn new(image_config: ImageConfig) -> Self {
        Self::builder(image_config).build()
    }

    /// Starts settings with these images.
    pub fn builder(image_config: ImageConfig) -> SerializationSettingsBuilder {
        SerializationSettingsBuilder {
            image_config,
            ..SerializationSettingsBuilder::default()
        }
    }

    /// Settings with one image and a version; project and domain are the empty text, to be set at registration.
    ///
    /// # Errors
    ///
    /// [`ImageError::NoVersion`] if the image has neither tag nor digest.
    pub fn for_image(image: &str, version: impl Into<String>) -> Result<Self, ImageError> {
        let default_image = Some(Image::parse("default", image)?);
        let images = ImageConfig {
            default_image,
            images: None,
        };
        Ok(Self::builder(images)
            .version(version)
            .project("")
            .domain("")
            .build())
    }

    /// Starts other settings from these; both can be changed without the other.
    pub fn new_builder(&self) -> SerializationSettingsBuilder {
        let settings = self.clone();
        SerializationSettingsBuilder {
            image_config: settings.image_config,
            project: settings.project,
            domain: settings.domain,
            version: settings.version,
            env: settings.env,
            default_resources: settings.default_resources,
            git_repo: settings.git_repo,
            python_interpreter: Some(settings.python_interpreter),
            flytekit_virtualenv_root: Some(settings.flytekit_virtualenv_root),
            fast_serialization_settings: settings.fast_serialization_settings,
            source_root: settings.source_root,
        }
    }

    /// Whether code is to reach the container by itself, without an image being built.
    pub fn should_fast_serialize(&self) -> bool {
        self.fast_serialization_settings
            .as_ref()
            .is_some_and(|fast| fast.enabled)
    }

    /// These settings as a text for a variable: JSON, gzipped, in base64.
    ///
    /// If [`env`](Self::env) carries such a text already, that one: settings do not nest.
    pub fn serialized_context(&self) -> String {
        match self.carried_context() {
            Some(text) => text.to_owned(),
            None => transport::pack(&self.to_json()).expect("writing to memory does not fail"),
        }
    }

    /// Settings whose [`env`](Self::env) carries their own text, in [`SERIALIZED_CONTEXT_ENV_VAR`]. The original is not
    /// changed, and is what comes back if it carries a text already.
    ///
    /// ```
    /// use flyte_runtime::compat::settings::{ImageConfig, SERIALIZED_CONTEXT_ENV_VAR, SerializationSettings};
    ///
    /// let settings = SerializationSettings::new(ImageConfig::default());
    /// let carrying = settings.with_serialized_context();
    /// let text = carrying.env.as_ref().and_then(|env| env.get(SERIALIZED_CONTEXT_ENV_VAR));
    /// assert_eq!(text, Some(settings.serialized_context().as_str()));
    /// ```
    pub fn with_serialized_context(&self) -> Cow<'_, Self> {
        if self.carried_context().is_some() {
            return Cow::Borrowed(self);
        }
        let mut settings = self.clone();
        let text = self.serialized_context();
        settings
            .env
            .get_or_insert_default()
            .insert(SERIALIZED_CONTEXT_ENV_VAR, text);
        Cow::Owned(settings)
    }

    /// The settings in a text from [`serialized_context`](Self::serialized_context), or from flytekit's.
    ///
    /// # Errors
    ///
    /// [`TransportError`] if the text is not one.
    pub fn from_transport(text: &str) -> Result<Self, TransportError> {
        Self::from_json(&transport::unpack(text)?)
    }

    /// These settings as JSON, character by character as flytekit writes it.
    pub fn to_json(&self) -> String {
        json::to_string(self).expect("settings are texts, numbers and maps with text keys")
    }

    /// The settings in a JSON text. Fields that are not there are the default; unknown ones are passed over, as in
    /// flytekit, so that a newer one's settings can be read.
    ///
    /// # Errors
    ///
    /// [`TransportError::Json`] if it is not the JSON of settings.
    pub fn from_json(text: &str) -> Result<Self, TransportError> {
        serde_json::from_str(text).map_err(TransportError::Json)
    }

    /// The virtual environment that an interpreter belongs to: `/opt/venv/bin/python3` is in `/opt/venv`.
    pub fn venv_root_from_interpreter(interpreter_path: &str) -> &str {
        parent(parent(interpreter_path))
    }

    /// The entry point of Python tasks, in the virtual environment of an interpreter.
    pub fn default_entrypoint_settings(interpreter_path: &str) -> EntrypointSettings {
        let root = Self::venv_root_from_interpreter(interpreter_path);
        let separator = if root.is_empty() || root.ends_with('/') {
            ""
        } else {
            "/"
        };
        EntrypointSettings {
            path: Some(format!("{root}{separator}{ENTRYPOINT}")),
        }
    }

    /// The entry point of Python tasks, in the virtual environment of these settings' interpreter.
    pub fn entrypoint_settings(&self) -> EntrypointSettings {
        Self::default_entrypoint_settings(&self.python_interpreter)
    }

    fn carried_context(&self) -> Option<&str> {
        self.env.as_ref()?.get(SERIALIZED_CONTEXT_ENV_VAR)
    }
}

/// Python's `os.path.dirname`. Container paths have slashes, whatever system serializes.
fn parent(path: &str) -> &str {
    let head = path.rfind('/').map_or("", |slash| &path[..=slash]);
    let trimmed = head.trim_end_matches('/');
    if trimmed.is_empty() { head } else { trimmed }
}

/// Where the program is that runs Python tasks. Corresponds to `flytekit.configuration.EntrypointSettings`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntrypointSettings {
    /// Its path within the container.
    pub path: Option<String>,
}

setters! {
    EntrypointSettings {
        /// With another path within the container.
        path: String = Some;
    }
}

/// How code reaches a container whose image does not hold it.
///
/// Corresponds to `flytekit.configuration.FastSerializationSettings`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FastSerializationSettings {
    /// Whether it does so at all.
    #[serde(default)]
    pub enabled: bool,
    /// The directory in the container that the code is put in.
    #[serde(default)]
    pub destination_dir: Option<String>,
    /// Where the packed code was uploaded to.
    #[serde(default)]
    pub distribution_location: Option<String>,
}

setters! {
    FastSerializationSettings {
        /// Whether code reaches containers in this way.
        enabled: bool;
        /// With another directory in the container.
        destination_dir: String = Some;
        /// With another place of the packed code.
        distribution_location: String = Some;
    }
}

/// Makes [`SerializationSettings`]. Corresponds to `SerializationSettings.Builder`.
#[derive(Clone, Debug, Default)]
#[must_use = "settings are made by `build`"]
pub struct SerializationSettingsBuilder {
    image_config: ImageConfig,
    project: Option<String>,
    domain: Option<String>,
    version: Option<String>,
    env: Option<EnvVars>,
    default_resources: Option<ResourceSpec>,
    git_repo: Option<String>,
    python_interpreter: Option<String>,
    flytekit_virtualenv_root: Option<String>,
    fast_serialization_settings: Option<FastSerializationSettings>,
    source_root: Option<String>,
}

impl SerializationSettingsBuilder {
    /// The images that tasks can run in.
    pub fn image_config(mut self, images: ImageConfig) -> Self {
        self.image_config = images;
        self
    }

    /// The project to register in.
    pub fn project(mut self, project: impl Into<String>) -> Self {
        self.project = Some(project.into());
        self
    }

    /// The domain to register in.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// The version to register as.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Variables for the container of every task; replaces those that were there.
    pub fn env(mut self, env: impl Into<EnvVars>) -> Self {
        self.env = Some(env.into());
        self
    }

    /// Resources for tasks that ask for none.
    pub fn default_resources(mut self, resources: ResourceSpec) -> Self {
        self.default_resources = Some(resources);
        self
    }

    /// The repository of the source code.
    pub fn git_repo(mut self, repo: impl Into<String>) -> Self {
        self.git_repo = Some(repo.into());
        self
    }

    /// The interpreter of Python tasks; without one it is
    /// [`DEFAULT_PYTHON_INTERPRETER`](super::DEFAULT_PYTHON_INTERPRETER).
    pub fn python_interpreter(mut self, path: impl Into<String>) -> Self {
        self.python_interpreter = Some(path.into());
        self
    }

    /// The virtual environment of Python tasks; without one it is the interpreter's.
    pub fn flytekit_virtualenv_root(mut self, path: impl Into<String>) -> Self {
        self.flytekit_virtualenv_root = Some(path.into());
        self
    }

    /// How code reaches the container, if it is not in the image.
    pub fn with_fast_serialization_settings(mut self, fast: FastSerializationSettings) -> Self {
        self.fast_serialization_settings = Some(fast);
        self
    }

    /// The root directory of the source code.
    pub fn source_root(mut self, path: impl Into<String>) -> Self {
        self.source_root = Some(path.into());
        self
    }

    /// The settings.
    pub fn build(self) -> SerializationSettings {
        let python_interpreter = self
            .python_interpreter
            .unwrap_or_else(|| DEFAULT_PYTHON_INTERPRETER.to_owned());
        let flytekit_virtualenv_root = self.flytekit_virtualenv_root.unwrap_or_else(|| {
            SerializationSettings::venv_root_from_interpreter(&python_interpreter).to_owned()
        });
        SerializationSettings {
            image_config: self.image_config,
            project: self.project,
            domain: self.domain,
            version: self.version,
            env: self.env,
            default_resources: self.default_resources,
            git_repo: self.git_repo,
            python_interpreter,
            flytekit_virtualenv_root,
            fast_serialization_settings: self.fast_serialization_settings,
            source_root: self.source_root,
        }
    }
}
