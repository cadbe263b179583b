//! Launch plans of a cluster: which are active, and when they start by themselves.

use std::time::SystemTime;

use flyte_events::events::time_text;
use flyte_idl::flyteidl::{
    admin::{self, LaunchPlanState, sort},
    core::ResourceType,
};
use serde_json::{Value as Json, json};

use super::{
    client::{Again, Client, call},
    entities::unknown,
    error::ClusterError,
    fetch::{instead, time},
    pages::{by_creation, newest_first, paged},
    place,
    register::{identifier, named},
    remote::{BlockingRemote, Remote, blocking},
    schedule::PlanSchedule,
    versions::newest,
};
use flyte_core::graph::entity::EntityKind;

/// A version of a launch plan of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LaunchPlanRecord {
    /// Its name.
    pub name: String,
    /// The version.
    pub version: String,
    /// Whether it is the version that starts by itself; at most one of a name is.
    pub is_active: bool,
    /// The workflow that it starts.
    pub workflow: String,
    /// When it starts by itself.
    pub schedule: Option<PlanSchedule>,
    /// When it was registered.
    pub created: Option<SystemTime>,
}

impl LaunchPlanRecord {
    pub(super) fn of(plan: &admin::LaunchPlan) -> Self {
        let id = plan.id.clone().unwrap_or_default();
        let spec = plan.spec.as_ref();
        let closure = plan.closure.as_ref();
        let workflow = spec.and_then(|spec| spec.workflow_id.clone());
        Self {
            name: id.name,
            version: id.version,
            is_active: closure.is_some_and(|closure| closure.state() == LaunchPlanState::Active),
            workflow: workflow.unwrap_or_default().name,
            schedule: spec.and_then(PlanSchedule::of),
            created: closure.and_then(|closure| closure.created_at.and_then(time)),
        }
    }

    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        let schedule = self.schedule.as_ref();
        json!({
            "name": self.name,
            "version": self.version,
            "active": self.is_active,
            "workflow": self.workflow,
            "schedule": schedule.map(ToString::to_string),
            "kickoff_time_input": schedule.and_then(|schedule| schedule.kickoff_time_input.as_ref()),
            "created": self.created.map(time_text),
        })
    }
}

impl Remote {
    /// The active launch plans, by name.
    ///
    /// # Errors
    ///
    /// [`ClusterError`], also if there is no such project or domain.
    pub async fn active_launch_plans(&self) -> Result<Vec<LaunchPlanRecord>, ClusterError> {
        let all = active(&self.client).await?;
        if all.is_empty() {
            place::check(&self.client).await?;
        }
        Ok(all.iter().map(LaunchPlanRecord::of).collect())
    }

    /// The versions of a launch plan, the newest first.
    ///
    /// # Errors
    ///
    /// [`ClusterError`], also if there are none.
    pub async fn launch_plan_versions(
        &self,
        name: &str,
    ) -> Result<Vec<LaunchPlanRecord>, ClusterError> {
        let all = versions(&self.client, name, usize::MAX).await?;
        match all.is_empty() {
            true => Err(unknown(&self.client, name, Some(EntityKind::LaunchPlan)).await),
            false => Ok(all.iter().map(LaunchPlanRecord::of).collect()),
        }
    }

    /// Activates a version of a launch plan, or the newest. The version that was active is so no more.
    ///
    /// # Errors
    ///
    /// [`ClusterError`], also if there is no such version.
    pub async fn activate_launch_plan(
        &self,
        name: &str,
        version: Option<&str>,
    ) -> Result<LaunchPlanRecord, ClusterError> {
        let client = &self.client;
        let kind = EntityKind::LaunchPlan;
        let version = match version {
            Some(version) => version.to_owned(),
            None => match newest(client, kind, name).await? {
                Some(newest) => newest,
                None => return Err(unknown(client, name, Some(kind)).await),
            },
        };
        if let Err(error) = set(client, name, &version, LaunchPlanState::Active).await {
            let id = identifier(client, ResourceType::LaunchPlan, name, &version);
            return Err(match instead(client, error, &id).await {
                ClusterError::Absent(absent) if absent.versions.is_empty() => {
                    unknown(client, name, Some(kind)).await
                }
                error => error,
            });
        }
        let plan = of_version(client, name, &version).await?;
        Ok(LaunchPlanRecord::of(&plan))
    }

    /// Deactivates the active version of a launch plan, which it gives; `None` if no version was active.
    ///
    /// # Errors
    ///
    /// [`ClusterError`], also if there is no such launch plan.
    pub async fn deactivate_launch_plan(
        &self,
        name: &str,
    ) -> Result<Option<LaunchPlanRecord>, ClusterError> {
        let Some(plan) = active_version(&self.client, name).await? else {
            return match newest(&self.client, EntityKind::LaunchPlan, name).await? {
                Some(_) => Ok(None),
                None => Err(unknown(&self.client, name, Some(EntityKind::LaunchPlan)).await),
            };
        };
        let plan = LaunchPlanRecord::of(&plan);
        set(&self.client, name, &plan.version, LaunchPlanState::Inactive).await?;
        Ok(Some(LaunchPlanRecord {
            is_active: false,
            ..plan
        }))
    }
}

blocking! {
    active_launch_plans() -> Vec<LaunchPlanRecord>;
    launch_plan_versions(name: &str) -> Vec<LaunchPlanRecord>;
    activate_launch_plan(name: &str, version: Option<&str>) -> LaunchPlanRecord;
    deactivate_launch_plan(name: &str) -> Option<LaunchPlanRecord>;
}

pub(super) async fn active(client: &Client) -> Result<Vec<admin::LaunchPlan>, ClusterError> {
    let mut all = paged!(
        client,
        admin,
        list_active_launch_plans,
        launch_plans,
        usize::MAX,
        |limit, token| admin::ActiveLaunchPlanListRequest {
            project: client.project().to_owned(),
            domain: client.domain().to_owned(),
            limit,
            token,
            sort_by: by_creation(sort::Direction::Ascending),
            ..Default::default()
        }
    );
    let name = |plan: &admin::LaunchPlan| plan.id.clone().unwrap_or_default().name;
    all.sort_by_key(name);
    Ok(all)
}

pub(super) async fn active_version(
    client: &Client,
    name: &str,
) -> Result<Option<admin::LaunchPlan>, ClusterError> {
    let request = admin::ActiveLaunchPlanRequest {
        id: Some(named(client, name)),
    };
    match call!(client, admin, get_active_launch_plan, Again::Yes, request) {
        Ok(plan) => Ok(Some(plan)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) async fn of_version(
    client: &Client,
    name: &str,
    version: &str,
) -> Result<admin::LaunchPlan, ClusterError> {
    let request = admin::ObjectGetRequest {
        id: Some(identifier(client, ResourceType::LaunchPlan, name, version)),
    };
    call!(client, admin, get_launch_plan, Again::Yes, request)
}

/// The newest versions of a launch plan, and at most so many.
pub(super) async fn versions(
    client: &Client,
    name: &str,
    most: usize,
) -> Result<Vec<admin::LaunchPlan>, ClusterError> {
    let all = paged!(
        client,
        admin,
        list_launch_plans,
        launch_plans,
        most,
        |limit, token| { newest_first(client, name, limit, token) }
    );
    Ok(all)
}

async fn set(
    client: &Client,
    name: &str,
    version: &str,
    state: LaunchPlanState,
) -> Result<(), ClusterError> {
    let request = admin::LaunchPlanUpdateRequest {
        id: Some(identifier(client, ResourceType::LaunchPlan, name, version)),
        state: state.into(),
    };
    call!(client, admin, update_launch_plan, Again::Yes, request).map(drop)
}
