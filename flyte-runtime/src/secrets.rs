//! Secrets: passwords, keys and tokens that a task requests by name while it runs.
//!
//! [`SecretsManager`] searches environment variables and files, and returns a [`Secret`], whose value only
//! [`expose`](Secret::expose) returns.
//!
//! ```
//! use flyte_runtime::{compat::SecretsConfig, config::Environment, secrets::SecretsManager};
//!
//! let env = Environment::empty().with_var("_FSEC_DB_PASSWORD", "hunter2\n");
//! let secrets = SecretsManager::new(SecretsConfig::default(), env);
//!
//! let password = secrets.get("db", "password")?;
//! assert_eq!(password.expose(), "hunter2");
//! assert_eq!(secrets.group("db").get("password")?.expose(), "hunter2");
//! assert_eq!(format!("{password:?}"), "Secret(***)");
//! # Ok::<(), flyte_runtime::secrets::SecretError>(())
//! ```
//!
//! Corresponds to `flytekit.core.context_manager.SecretsManager`.

pub use flyte_context::secrets::{Secret, SecretError, SecretGroup, SecretName, SecretsManager};
