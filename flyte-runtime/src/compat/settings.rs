//! Settings for serialising entities for a cluster: where they are registered, and in which image they run.
//!
//! A program that serializes uses [`SerializationSettings`]. The tasks that it registers have them in the variable
//! [`SERIALIZED_CONTEXT_ENV_VAR`], so that a dynamic task can serialize the graph that it makes at run time. The text
//! in that variable has flytekit's format: either side reads the other's.
//!
//! Corresponds to the serialization half of `flytekit.configuration`.

pub use flyte_config::settings::{
    DEFAULT_PYTHON_INTERPRETER, DOMAIN_PLACEHOLDER, EntrypointSettings, EnvVars,
    FastSerializationSettings, Image, ImageConfig, ImageError, PROJECT_PLACEHOLDER, ResourceAmount,
    ResourceSet, ResourceSpec, SERIALIZED_CONTEXT_ENV_VAR, SerializationSettings,
    SerializationSettingsBuilder, TransportError, VERSION_PLACEHOLDER,
};
