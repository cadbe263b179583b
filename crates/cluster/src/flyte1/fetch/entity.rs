//! The names of what is registered: ids, versions, and which of them is the latest.

use std::fmt;

use flyte_idl::flyteidl::core;

use super::RemoteInterface;
use crate::flyte1::{
    client::Client,
    entities::near,
    error::{AbsentEntity, ClusterError},
    register::identifier,
    versions::{newest, versions},
};
use flyte_core::{graph::entity::EntityKind, no_other_variant};

/// What identifies a task, workflow or launch plan on a cluster (`flyteidl.core.Identifier`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EntityId {
    /// Task, workflow or launch plan.
    pub kind: EntityKind,
    /// The project that it is registered in.
    pub project: String,
    /// The domain that it is registered in.
    pub domain: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl EntityId {
    pub(in crate::flyte1) fn of(id: core::Identifier) -> Self {
        Self {
            kind: match id.resource_type() {
                core::ResourceType::Workflow => EntityKind::Workflow,
                core::ResourceType::LaunchPlan => EntityKind::LaunchPlan,
                _ => EntityKind::Task,
            },
            project: id.project,
            domain: id.domain,
            name: id.name,
            version: id.version,
        }
    }

    pub(in crate::flyte1) fn to_proto(&self) -> core::Identifier {
        core::Identifier {
            resource_type: resource_type(self.kind).into(),
            project: self.project.clone(),
            domain: self.domain.clone(),
            name: self.name.clone(),
            version: self.version.clone(),
            org: String::new(),
        }
    }
}

/// `project:domain:name:version`.
impl fmt::Display for EntityId {
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

pub(in crate::flyte1) fn resource_type(kind: EntityKind) -> core::ResourceType {
    match kind {
        EntityKind::Task => core::ResourceType::Task,
        EntityKind::Workflow => core::ResourceType::Workflow,
        EntityKind::LaunchPlan => core::ResourceType::LaunchPlan,
        // Gates are parts of workflows: the server has none of this name.
        EntityKind::Gate => core::ResourceType::Unspecified,
        _ => no_other_variant!(EntityKind),
    }
}

/// Which version of an entity is meant. A text is the name of one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Version {
    /// The one that was registered last.
    Latest,
    /// The one of this name.
    Named(String),
}

impl From<&str> for Version {
    fn from(version: &str) -> Self {
        Self::Named(version.to_owned())
    }
}

impl From<String> for Version {
    fn from(version: String) -> Self {
        Self::Named(version)
    }
}

impl From<&String> for Version {
    fn from(version: &String) -> Self {
        Self::Named(version.clone())
    }
}

/// What was fetched from a cluster and can be started there: a [`RemoteTask`](super::RemoteTask),
/// [`RemoteWorkflow`](super::RemoteWorkflow) or [`RemoteLaunchPlan`](super::RemoteLaunchPlan).
pub trait Fetched: sealed::Sealed {
    /// What identifies it.
    fn id(&self) -> &EntityId;

    /// Its inputs and outputs.
    fn interface(&self) -> &RemoteInterface;
}

pub(in crate::flyte1) mod sealed {
    use crate::flyte1::fetch::RemoteLaunchPlan;

    /// Only what this crate fetches is fetched.
    pub trait Sealed {
        /// The launch plan, if it is one.
        fn plan(&self) -> Option<&RemoteLaunchPlan> {
            None
        }
    }
}

/// The id of a version, which for the latest is looked up.
pub(in crate::flyte1) async fn resolved(
    client: &Client,
    kind: EntityKind,
    name: &str,
    version: &Version,
) -> Result<core::Identifier, ClusterError> {
    let version = match version {
        Version::Named(version) => version.clone(),
        Version::Latest => match newest(client, kind, name).await? {
            Some(latest) => latest,
            None => return Err(absent(client, kind, name, None).await),
        },
    };
    Ok(identifier(client, resource_type(kind), name, &version))
}

/// What to say instead of a server's `missing entity`: which versions there are.
pub(in crate::flyte1) async fn instead(
    client: &Client,
    error: ClusterError,
    id: &core::Identifier,
) -> ClusterError {
    if !error.is_not_found() {
        return error;
    }
    let kind = EntityId::of(id.clone()).kind;
    match absent(client, kind, &id.name, Some(&id.version)).await {
        // It is there: what it refers to is not.
        ClusterError::Absent(absent) if absent.versions.contains(&id.version) => error,
        instead => instead,
    }
}

/// How many versions an error names.
const SHOWN_VERSIONS: usize = 5;

/// The error of an entity that is not registered, with the versions or the name that are.
pub(in crate::flyte1) async fn absent(
    client: &Client,
    kind: EntityKind,
    name: &str,
    version: Option<&str>,
) -> ClusterError {
    let versions = match versions(client, kind, name, SHOWN_VERSIONS).await {
        Ok(versions) => versions,
        Err(error) => return error,
    };
    let near = match versions.is_empty() {
        // Whoever may not list names can do without.
        true => near(client, Some(kind), name).await.ok().flatten(),
        false => None,
    };
    ClusterError::Absent(Box::new(AbsentEntity {
        endpoint: client.config().platform.endpoint.to_string(),
        kind,
        place: client.place(),
        name: name.to_owned(),
        version: version.map(str::to_owned),
        versions: versions.into_iter().map(|one| one.version).collect(),
        near,
    }))
}
