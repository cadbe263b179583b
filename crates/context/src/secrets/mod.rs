//! Secrets: passwords, keys and tokens that a task requests by name while it runs.

mod error;
mod manager;
mod name;
mod secret;
#[cfg(test)]
mod tests;

pub use error::{SecretError, Tried};
pub use manager::{SecretGroup, SecretsManager};
pub use name::SecretName;
pub use secret::{Secret, SecretBytes};
