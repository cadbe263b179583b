//! What entities need to know when they are serialized for a cluster: where they go, and in which image they run.
//!
//! A program that serializes has [`SerializationSettings`]; the tasks that it registers carry them in the variable
//! [`SERIALIZED_CONTEXT_ENV_VAR`], so that a dynamic task can serialize what it makes at run time. The text in that
//! variable is the one flytekit writes: either side reads the other's.
//!
//! Corresponds to the serialization half of `flytekit.configuration`.

pub use flyte_config::settings::{
    DEFAULT_PYTHON_INTERPRETER, DOMAIN_PLACEHOLDER, EntrypointSettings, EnvVars,
    FastSerializationSettings, Image, ImageConfig, ImageError, PROJECT_PLACEHOLDER, ResourceAmount,
    ResourceSet, ResourceSpec, SERIALIZED_CONTEXT_ENV_VAR, SerializationSettings,
    SerializationSettingsBuilder, TransportError, VERSION_PLACEHOLDER,
};
