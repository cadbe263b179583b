//! The name of a secret.

use std::fmt;

use super::SecretError;
use flyte_core::options::SecretRequest;

/// Identifies a secret: a group, a version of the group, and a key in it. Any of them may be left out, but not all.
///
/// ```
/// use flyte_runtime::secrets::SecretName;
///
/// let name = SecretName::new("db", "password").version("v2");
/// assert_eq!(name.to_string(), r#"group = "db", key = "password", group_version = "v2""#);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SecretName<'a> {
    group: &'a str,
    version: &'a str,
    key: &'a str,
}

impl<'a> SecretName<'a> {
    /// The group and the key, if there is no version.
    pub(super) fn unversioned(&self) -> Option<(&'a str, &'a str)> {
        self.version.is_empty().then_some((self.group, self.key))
    }

    /// A key in a group.
    pub const fn new(group: &'a str, key: &'a str) -> Self {
        Self {
            group,
            version: "",
            key,
        }
    }

    /// A group that is itself one secret.
    pub const fn group(group: &'a str) -> Self {
        Self::new(group, "")
    }

    /// Sets the version of the group.
    #[must_use]
    pub const fn version(mut self, version: &'a str) -> Self {
        self.version = version;
        self
    }

    /// The parts that are not empty, in the order in which they form names.
    ///
    /// Parts become file names, so none may lead to another directory.
    pub(super) fn parts(&self) -> Result<Vec<&'a str>, SecretError> {
        let parts = [self.group, self.version, self.key]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>();
        if parts.is_empty() {
            return Err(SecretError::NoName);
        }
        match parts.iter().find(|part| !is_plain(part)) {
            Some(part) => Err(SecretError::Name {
                part: (*part).to_owned(),
            }),
            None => Ok(parts),
        }
    }
}

/// Whether a name is that of a file directly in its directory.
pub(super) fn is_plain(name: &str) -> bool {
    !matches!(name, "." | "..") && !name.contains(['/', '\\', '\0'])
}

impl<'a> From<(&'a str, &'a str)> for SecretName<'a> {
    fn from((group, key): (&'a str, &'a str)) -> Self {
        Self::new(group, key)
    }
}

impl From<&SecretRequest> for SecretName<'static> {
    fn from(request: &SecretRequest) -> Self {
        Self {
            group: request.group,
            version: request.group_version.unwrap_or_default(),
            key: request.key.unwrap_or_default(),
        }
    }
}

/// Displayed like the arguments of `secret(..)` in `#[task]`.
impl fmt::Display for SecretName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "group = {:?}", self.group)?;
        if !self.key.is_empty() {
            write!(f, ", key = {:?}", self.key)?;
        }
        if !self.version.is_empty() {
            write!(f, ", group_version = {:?}", self.version)?;
        }
        Ok(())
    }
}
