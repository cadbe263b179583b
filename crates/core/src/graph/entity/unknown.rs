//! The error of a name that belongs to no entity, or to several.

use super::DuplicateEntity;

/// A name that does not identify an entity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownEntity {
    /// No entity has this name.
    #[error("no task, workflow or launch plan is named `{name}`{}", did_you_mean(.nearest))]
    NotFound {
        /// The name.
        name: String,
        /// The nearest names, best first.
        nearest: Vec<String>,
    },
    /// The names of several entities end in this name.
    #[error("`{name}` could be {}; write the whole name", .candidates.join(" or "))]
    Ambiguous {
        /// The name.
        name: String,
        /// The full names that match.
        candidates: Vec<String>,
    },
    /// The program has no entities.
    #[error(
        "this binary has no tasks or workflows; if they are in a library crate that is not mentioned anywhere, the \
         linker has \
         left it out: add `use my_tasks as _;` with the name of that crate to main.rs"
    )]
    Empty,
    /// More than one entity has this name.
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
