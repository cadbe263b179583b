//! The value of a secret.

use std::fmt;

use zeroize::Zeroizing;

/// A secret text.
///
/// It cannot be printed, compared, copied or serialized; [`expose`](Self::expose) shows it. Its memory is overwritten
/// when it is dropped. What is made of the exposed text is up to who makes it.
///
/// ```compile_fail,E0277
/// # use flyte_runtime::{compat::SecretsConfig, config::Environment, secrets::SecretsManager};
/// # let secrets = SecretsManager::new(SecretsConfig::default(), Environment::empty());
/// println!("{}", secrets.get("db", "password").unwrap());
/// ```
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A text without the white space around it.
    pub(super) fn trimmed(text: Zeroizing<String>) -> Self {
        match text.trim() {
            all if all.len() == text.len() => Self(text),
            part => Self(Zeroizing::new(part.to_owned())),
        }
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// A secret that need not be text, such as a key in a binary format; like [`Secret`] in everything else.
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    pub(super) fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// The bytes themselves.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(***)")
    }
}
