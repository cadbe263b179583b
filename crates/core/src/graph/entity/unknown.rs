//! What is wrong with a name of an entity.

use super::Location;

/// Two entities with one name.
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

/// No entity has the name that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownEntity {
    /// There are entities, none of them with this name.
    #[error("no task, workflow or launch plan is named `{name}`{}", did_you_mean(.nearest))]
    NotFound {
        /// The name.
        name: String,
        /// The names that come closest, best first.
        nearest: Vec<String>,
    },
    /// Several entities end in this name.
    #[error("`{name}` could be {}; write the whole name", .candidates.join(" or "))]
    Ambiguous {
        /// The name.
        name: String,
        /// The full names it could mean.
        candidates: Vec<String>,
    },
    /// There is no entity at all.
    #[error(
        "this binary has no tasks or workflows; if they are in a library crate that is not mentioned anywhere, the linker has \
         left it out: add `use my_tasks as _;` with the name of that crate to main.rs"
    )]
    Empty,
    /// The name is taken twice.
    #[error(transparent)]
    Duplicate(#[from] DuplicateEntity),
}

fn did_you_mean(names: &[String]) -> String {
    match names {
        [] => String::new(),
        names => {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("; did you mean {}?", names.join(" or "))
        }
    }
}
