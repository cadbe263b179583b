//! Settings for serialising entities for a cluster: where they are registered, and in which image they run.

mod env_vars;
mod image;
mod image_config;
mod json;
mod resources;
mod serialization;
mod template;
#[cfg(test)]
mod tests;
mod transport;

pub use env_vars::EnvVars;
pub use image::{Image, ImageError};
pub use image_config::ImageConfig;
pub use resources::{ResourceAmount, ResourceSet, ResourceSpec};
pub use serialization::{
    EntrypointSettings, FastSerializationSettings, SerializationSettings,
    SerializationSettingsBuilder,
};
pub use transport::TransportError;

/// The variable that contains the settings of a registered task.
pub const SERIALIZED_CONTEXT_ENV_VAR: &str = "_F_SS_C";

/// The interpreter of Python tasks in flytekit's images; the settings contain it, but Rust tasks do not use it.
pub const DEFAULT_PYTHON_INTERPRETER: &str = "/opt/venv/bin/python3";

/// The placeholder for the project in serialized entities until they are registered.
pub const PROJECT_PLACEHOLDER: &str = "{{ registration.project }}";
/// The placeholder for the domain in serialized entities until they are registered.
pub const DOMAIN_PLACEHOLDER: &str = "{{ registration.domain }}";
/// The placeholder for the version in serialized entities until they are registered.
pub const VERSION_PLACEHOLDER: &str = "{{ registration.version }}";
