//! The value of a secret.

use std::fmt;

use zeroize::Zeroizing;

/// A secret text.
///
/// It cannot be printed, compared, copied or serialized; [`expose`](Self::expose) returns the text. Its memory is
/// overwritten when it is dropped, but copies of the exposed text are not.
///
/// ```compile_fail,E0277
/// # use flyte_runtime::{compat::SecretsConfig, config::Environment, secrets::SecretsManager};
/// # let secrets = SecretsManager::new(SecretsConfig::default(), Environment::empty());
/// println!("{}", secrets.get("db", "password").unwrap());
/// ```
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A text without surrounding white space.
    pub(super) fn trimmed(text: Zeroizing<String>) -> Self {
        match text.trim() {
            all if all.len() == text.len() => Self(text),
            part => Self(Zeroizing::new(part.to_owned())),
        }
    }

    /// Returns the text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// A secret that need not be text, such as a key in a binary format; otherwise like [`Secret`].
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    pub(super) fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(***)")
    }
}
