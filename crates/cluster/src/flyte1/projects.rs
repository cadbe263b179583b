//! The projects of a cluster.

use flyte_idl::flyteidl::admin::{self, project::ProjectState};
use serde_json::{Value as Json, json};

use super::{
    client::Client,
    error::ClusterError,
    pages::paged,
    remote::{BlockingRemote, Remote, blocking},
};

/// A project of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProjectRecord {
    /// What settings and commands call it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its domains, such as `development`.
    pub domains: Vec<String>,
    /// Whether it is archived, so that nothing can be registered in it.
    pub is_archived: bool,
}

impl ProjectRecord {
    fn of(project: admin::Project) -> Self {
        let is_archived = project.state() == ProjectState::Archived;
        let domains = project.domains.into_iter().map(|domain| domain.id);
        Self {
            domains: domains.collect(),
            id: project.id,
            name: project.name,
            description: project.description,
            is_archived,
        }
    }

    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "domains": self.domains,
            "archived": self.is_archived,
        })
    }
}

impl Remote {
    /// The projects of the cluster, by id. Those that are archived are among them if the cluster lists them.
    ///
    /// # Errors
    ///
    /// [`ClusterError`].
    pub async fn projects(&self) -> Result<Vec<ProjectRecord>, ClusterError> {
        projects(&self.client).await
    }
}

blocking! {
    projects() -> Vec<ProjectRecord>;
}

pub(super) async fn projects(client: &Client) -> Result<Vec<ProjectRecord>, ClusterError> {
    let all = paged!(
        client,
        admin,
        list_projects,
        projects,
        usize::MAX,
        |limit, token| {
            // Without an order of ours it has that of the ids.
            admin::ProjectListRequest {
                limit,
                token,
                ..Default::default()
            }
        }
    );
    let mut all: Vec<_> = all.into_iter().map(ProjectRecord::of).collect();
    all.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(all)
}
