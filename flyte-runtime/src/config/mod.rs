//! Settings from the environment and from configuration files.
//!
//! A value is looked for in an environment variable `FLYTE_<SECTION>_<OPTION>`, then in a file, and is a documented
//! default otherwise. The file is the `~/.flyte/config.yaml` that flytectl writes, or flytekit's older ini file; where
//! it is looked for is told by [`ConfigFile::find`].
//!
//! Every value is a [`Sourced`] one: it knows which variable, or which line of which file, it came from.
//!
//! ```
//! use flyte_runtime::config::{Config, Environment};
//!
//! let env = Environment::empty().with_var("FLYTE_PLATFORM_INSECURE", "true");
//! let config = Config::loader().environment(env).load()?;
//!
//! assert!(*config.platform.insecure);
//! assert_eq!(config.platform.insecure.origin().to_string(), "the environment variable FLYTE_PLATFORM_INSECURE");
//! assert_eq!(config.platform.endpoint, "localhost:30080");
//! assert_eq!(config.origin("platform.endpoint").map(|origin| origin.to_string()).as_deref(), Some("the default"));
//! # Ok::<(), flyte_runtime::config::ConfigError>(())
//! ```
//!
//! Corresponds to `flytekit.configuration`. Two differences: nothing is read, created or remembered before it is asked
//! for, and a value that cannot be understood is an error with its place instead of a default.

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
