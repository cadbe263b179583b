//! The error of a name that two entities have.

use super::Location;

/// Two entities with the same name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "two entities are named `{name}`: {first} and {second}; give one of them another name with `name = \"..\"`"
)]
#[non_exhaustive]
pub struct DuplicateEntity {
    /// The name.
    pub name: String,
    /// Where the first one is.
    pub first: Location,
    /// Where the second one is.
    pub second: Location,
}

impl DuplicateEntity {
    /// For the names of a cluster, which are those of several kinds.
    #[doc(hidden)]
    pub fn new(name: impl Into<String>, first: Location, second: Location) -> Self {
        Self {
            name: name.into(),
            first,
            second,
        }
    }
}
