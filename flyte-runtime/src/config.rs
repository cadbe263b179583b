//! Settings from the environment and from configuration files.
//!
//! A value is looked for in an environment variable `FLYTE_<SECTION>_<OPTION>`, then in a file, and is a documented
//! default otherwise. The file is the `~/.flyte/config.yaml` that flytectl writes, or flytekit's older ini file; where
//! it is looked for is told by [`ConfigFile::find`](crate::compat::ConfigFile::find).
//!
//! Every value is a [`Sourced`](crate::compat::Sourced) one: it knows which variable, or which line of which file, it
//! came from.
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

pub use flyte_config::config::{Config, ConfigError, Environment};
