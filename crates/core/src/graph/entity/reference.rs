//! Entities of a cluster that this program knows by their signatures.

use std::fmt;

use super::{EntityDescriptor, EntityKind, Location};

/// Which entity of a cluster is meant, as `#[reference_task(..)]` and its like declare it (`flyteidl.core.Identifier`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// What it is there.
    pub kind: EntityKind,
    /// The project it was registered in.
    pub project: &'static str,
    /// The domain it was registered in.
    pub domain: &'static str,
    /// Its name on the cluster, which is not that of the function here.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Whether the function has a body, which stands for the entity in local runs.
    pub stubbed: bool,
}

impl Reference {
    /// For generated code.
    #[doc(hidden)]
    pub const fn new(
        kind: EntityKind,
        [project, domain, name, version]: [&'static str; 4],
        stubbed: bool,
    ) -> Self {
        Self {
            kind,
            project,
            domain,
            name,
            version,
            stubbed,
        }
    }
}

/// `project:domain:name:version`.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            project,
            domain,
            name,
            version,
            ..
        } = self;
        write!(f, "{project}:{domain}:{name}:{version}")
    }
}

/// A run on this machine came to a reference without a stub.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the {kind} `{id}` is on a cluster, and only its signature is known here; write a body for `{function}` ({location}), which then \
     stands for it in local runs, or mock it in a test: `let _mocked = mock::<{function}>(|..| ..);`"
)]
#[non_exhaustive]
pub struct NotHereError {
    /// What it is on the cluster.
    pub kind: EntityKind,
    /// `project:domain:name:version`.
    pub id: String,
    /// The function that declares it.
    pub function: String,
    /// Where that function is.
    pub location: Location,
}

impl NotHereError {
    pub(crate) fn new(entity: &EntityDescriptor) -> Self {
        Self {
            kind: entity.kind(),
            id: entity
                .reference()
                .map(ToString::to_string)
                .unwrap_or_default(),
            function: entity.short_name().to_owned(),
            location: entity.location(),
        }
    }
}
