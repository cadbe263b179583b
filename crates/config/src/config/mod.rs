//! Settings from the environment and from configuration files.

mod api_key;
mod data;
mod environment;
mod error;
mod file;
mod ini;
mod loader;
mod local;
mod platform;
mod reader;
mod sourced;
#[cfg(test)]
mod tests;
mod unknown;
mod yaml;

pub use data::{AddressingStyle, AzureConfig, DataConfig, GcsConfig, GenericConfig, S3Config};
pub use environment::Environment;
pub use error::ConfigError;
pub use file::ConfigFile;
pub use loader::{Config, ConfigLoader, ConfigParams};
pub use local::{LocalConfig, SecretsConfig, StatsConfig, TaskConfig};
pub use platform::{AuthType, PlatformConfig, UnknownAuthType};
pub use sourced::{ConfigEntry, Origin, SecretText, Sourced};
