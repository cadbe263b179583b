//! The names of what is registered: ids, versions, and which of them is the latest.

use std::fmt;

use flyte_idl::flyteidl::{
    admin::{self, sort},
    core,
};

use super::RemoteInterface;
use crate::flyte1::{
    client::{Again, Client, call},
    error::{AbsentEntity, ClusterError},
    register::{PAGE, by_creation, identifier, named},
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

/// The versions of an entity, the newest first, and at most so many.
pub(in crate::flyte1) async fn versions(
    client: &Client,
    kind: EntityKind,
    name: &str,
    most: usize,
) -> Result<Vec<String>, ClusterError> {
    let mut versions = Vec::new();
    macro_rules! listed {
        ($method:ident, $items:ident) => {{
            let mut token = String::new();
            while versions.len() < most {
                let left = u32::try_from(most - versions.len()).unwrap_or(PAGE);
                let request = admin::ResourceListRequest {
                    id: Some(named(client, name)),
                    limit: left.min(PAGE),
                    token,
                    // Without an order a list has none.
                    sort_by: by_creation(sort::Direction::Descending),
                    ..Default::default()
                };
                let page = call!(client, admin, $method, Again::Yes, request)?;
                let ids = page.$items.into_iter().filter_map(|item| item.id);
                versions.extend(ids.map(|id| id.version));
                token = page.token;
                if token.is_empty() {
                    break;
                }
            }
        }};
    }
    match kind {
        EntityKind::Task => listed!(list_tasks, tasks),
        EntityKind::Workflow => listed!(list_workflows, workflows),
        EntityKind::LaunchPlan => listed!(list_launch_plans, launch_plans),
        // A part of a workflow has no versions of its own.
        EntityKind::Gate => {}
        _ => no_other_variant!(EntityKind),
    }
    Ok(versions)
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
        Version::Latest => {
            let latest = versions(client, kind, name, 1).await?.pop();
            match latest {
                Some(latest) => latest,
                None => return Err(absent(client, kind, name, None, &[])),
            }
        }
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
    match versions(client, kind, &id.name, SHOWN_VERSIONS).await {
        Ok(versions) => absent(client, kind, &id.name, Some(&id.version), &versions),
        Err(error) => error,
    }
}

/// How many versions an error names.
const SHOWN_VERSIONS: usize = 5;

/// The error of an entity that is not registered.
pub(in crate::flyte1) fn absent(
    client: &Client,
    kind: EntityKind,
    name: &str,
    version: Option<&str>,
    others: &[String],
) -> ClusterError {
    ClusterError::Absent(Box::new(AbsentEntity {
        endpoint: client.config().platform.endpoint.to_string(),
        kind,
        place: format!("{}:{}", client.project(), client.domain()),
        name: name.to_owned(),
        version: version.map(str::to_owned),
        versions: others.to_vec(),
    }))
}
