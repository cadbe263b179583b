//! Where a run was before it was brought into a history.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The execution on a cluster that a run was brought from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunOrigin {
    /// The address of the cluster.
    pub endpoint: String,
    /// The project of the execution.
    pub project: String,
    /// The domain of the execution.
    pub domain: String,
    /// The name of the execution.
    pub execution: String,
    /// The version that it ran.
    pub version: String,
    /// How what it ran differs from the program that has brought it here; the run is then not resumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
}

impl RunOrigin {
    /// An execution that ran what this program has.
    pub fn new(
        endpoint: impl Into<String>,
        (project, domain): (&str, &str),
        execution: impl Into<String>,
        version: impl Into<String>,
    ) -> Self {
        Self {
            endpoint: endpoint.into(),
            project: project.to_owned(),
            domain: domain.to_owned(),
            execution: execution.into(),
            version: version.into(),
            difference: None,
        }
    }

    /// Whether both are the same execution.
    pub fn is_same(&self, other: &Self) -> bool {
        let place = |origin: &Self| {
            let Self {
                endpoint,
                project,
                domain,
                execution,
                ..
            } = origin.clone();
            (endpoint, project, domain, execution)
        };
        place(self) == place(other)
    }
}

/// The execution and the cluster.
impl fmt::Display for RunOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            endpoint,
            project,
            domain,
            execution,
            ..
        } = self;
        write!(f, "{execution} of {project}/{domain} at {endpoint}")
    }
}
