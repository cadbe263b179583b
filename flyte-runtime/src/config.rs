//! Settings from the environment and from configuration files.
//!
//! A value is read from an environment variable `FLYTE_<SECTION>_<OPTION>`, otherwise from a file, otherwise it is a
//! documented default. The file is the `~/.flyte/config.yaml` that flytectl writes, or flytekit's older ini file;
//! [`ConfigFile::find`](crate::compat::ConfigFile::find) describes where it is searched.
//!
//! Every value is [`Sourced`](crate::compat::Sourced): it records the variable, or the file and line, that it came
//! from.
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
//! Corresponds to `flytekit.configuration`. There are two differences: nothing is read, created or cached before it is
//! requested, and an invalid value is an error with its place instead of a default.

pub use flyte_config::config::{Config, ConfigError, Environment};
