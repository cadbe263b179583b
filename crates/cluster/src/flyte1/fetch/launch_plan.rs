//! Launch plans that are registered.

use std::{collections::BTreeMap, time::SystemTime};

use flyte_idl::flyteidl::{admin, core};

use super::{
    EntityId, Fetched, RemoteInterface, Version,
    entity::{absent, instead, resolved, sealed::Sealed},
    execution::time,
    interface::read,
};
use crate::flyte1::{
    client::{Again, Client, call},
    error::ClusterError,
    launch_plans,
    remote::{BlockingRemote, Remote, blocking},
    schedule::PlanSchedule,
    versions::newest,
};
use flyte_core::{graph::entity::EntityKind, types::Literal};

/// A launch plan that is registered on a cluster.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RemoteLaunchPlan {
    /// What identifies it.
    pub id: EntityId,
    /// The inputs that can be given, with their defaults, and the outputs of its workflow.
    pub interface: RemoteInterface,
    /// The workflow that it starts.
    pub workflow: EntityId,
    /// The inputs of the workflow that cannot be given.
    pub fixed_inputs: BTreeMap<String, Literal>,
    /// Whether this is the active version, whose schedule counts.
    pub is_active: bool,
    /// When it starts by itself.
    pub schedule: Option<PlanSchedule>,
    /// Labels of its executions.
    pub labels: BTreeMap<String, String>,
    /// Annotations of its executions.
    pub annotations: BTreeMap<String, String>,
    /// How many nodes may run at once, if it says so.
    pub max_parallelism: Option<u32>,
    /// When it was registered, if the cluster says so.
    pub created: Option<SystemTime>,
}

impl Sealed for RemoteLaunchPlan {
    fn plan(&self) -> Option<&RemoteLaunchPlan> {
        Some(self)
    }
}

impl Fetched for RemoteLaunchPlan {
    fn id(&self) -> &EntityId {
        &self.id
    }

    fn interface(&self) -> &RemoteInterface {
        &self.interface
    }
}

impl RemoteLaunchPlan {
    fn of(plan: admin::LaunchPlan) -> Result<Self, ClusterError> {
        let schedule = plan.spec.as_ref().and_then(PlanSchedule::of);
        let spec = plan.spec.unwrap_or_default();
        let closure = plan.closure.unwrap_or_default();
        let fixed = spec.fixed_inputs.unwrap_or_default().literals;
        let fixed = fixed.iter().map(|(name, literal)| {
            let value = read(name, literal)?;
            Ok((name.clone(), value))
        });
        Ok(Self {
            id: EntityId::of(core::Identifier {
                resource_type: core::ResourceType::LaunchPlan.into(),
                ..plan.id.unwrap_or_default()
            }),
            is_active: closure.state() == admin::LaunchPlanState::Active,
            interface: RemoteInterface::of_plan(closure.expected_inputs, closure.expected_outputs)?,
            workflow: EntityId::of(core::Identifier {
                resource_type: core::ResourceType::Workflow.into(),
                ..spec.workflow_id.unwrap_or_default()
            }),
            fixed_inputs: fixed.collect::<Result<_, ClusterError>>()?,
            schedule,
            labels: spec.labels.unwrap_or_default().values.into_iter().collect(),
            annotations: spec
                .annotations
                .unwrap_or_default()
                .values
                .into_iter()
                .collect(),
            max_parallelism: u32::try_from(spec.max_parallelism)
                .ok()
                .filter(|most| *most > 0),
            created: closure.created_at.and_then(time),
        })
    }
}

/// The launch plan of an id.
pub(in crate::flyte1) async fn launch_plan(
    client: &Client,
    id: core::Identifier,
) -> Result<RemoteLaunchPlan, ClusterError> {
    let request = admin::ObjectGetRequest {
        id: Some(id.clone()),
    };
    match call!(client, admin, get_launch_plan, Again::Yes, request) {
        Ok(plan) => RemoteLaunchPlan::of(plan),
        Err(error) => Err(instead(client, error, &id).await),
    }
}

impl Remote {
    /// A launch plan that is registered in the [project and domain](Self::within) of this cluster. Each version of a
    /// workflow has one of its own name and version.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Absent`] if it is not there, with the versions that are; other [`ClusterError`]s.
    pub async fn fetch_launch_plan(
        &self,
        name: &str,
        version: impl Into<Version>,
    ) -> Result<RemoteLaunchPlan, ClusterError> {
        let version = version.into();
        let id = resolved(&self.client, EntityKind::LaunchPlan, name, &version).await?;
        launch_plan(&self.client, id).await
    }

    /// The active version of a launch plan; `None` if no version of it is active.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Absent`] if no version is registered; other [`ClusterError`]s.
    pub async fn fetch_active_launch_plan(
        &self,
        name: &str,
    ) -> Result<Option<RemoteLaunchPlan>, ClusterError> {
        let client = &self.client;
        let kind = EntityKind::LaunchPlan;
        match launch_plans::active_version(client, name).await? {
            Some(plan) => RemoteLaunchPlan::of(plan).map(Some),
            None => match newest(client, kind, name).await? {
                Some(_) => Ok(None),
                None => Err(absent(client, kind, name, None).await),
            },
        }
    }
}

blocking! {
    fetch_launch_plan(name: &str, version: impl Into<Version>) -> RemoteLaunchPlan;
    fetch_active_launch_plan(name: &str) -> Option<RemoteLaunchPlan>;
}
