//! What the judge asks a cluster for.

use std::time::Duration;

use anyhow::{Context as _, Result};
use flyte_idl::{
    flyteidl::{
        admin, core,
        service::{
            admin_service_client::AdminServiceClient, signal_service_client::SignalServiceClient,
        },
    },
    tonic::{Code, Status, transport::Channel},
};
use flyte_runtime::remote::serialize::EntityMessage;

pub(crate) const DOMAIN: &str = "development";
pub(crate) const VERSION: &str = "v1";

/// An error travels in headers, twice.
const MOST_HEADERS: u32 = 1 << 20;
/// Outputs of up to 2 MiB are part of an answer, and inputs, too.
const MOST_BYTES: usize = 64 << 20;

/// The services of a cluster, for one project.
#[derive(Clone)]
pub(crate) struct Cluster {
    admin: AdminServiceClient<Channel>,
    signals: SignalServiceClient<Channel>,
    project: String,
}

impl Cluster {
    /// Connects, and makes the project.
    pub(crate) async fn connect(address: &str, project: &str) -> Result<Self> {
        let channel = Channel::from_shared(format!("http://{address}"))?
            .http2_max_header_list_size(MOST_HEADERS)
            .timeout(Duration::from_secs(120))
            .connect()
            .await
            .with_context(|| format!("there is no cluster at {address}"))?;
        let mut cluster = Self {
            admin: AdminServiceClient::new(channel.clone()).max_decoding_message_size(MOST_BYTES),
            signals: SignalServiceClient::new(channel),
            project: project.to_owned(),
        };
        cluster.make_project(project).await?;
        Ok(cluster)
    }

    /// Makes a project if it is not there.
    pub(crate) async fn make_project(&mut self, project: &str) -> Result<()> {
        let project = admin::Project {
            id: project.to_owned(),
            name: project.to_owned(),
            ..Default::default()
        };
        let made = self.admin.register_project(admin::ProjectRegisterRequest {
            project: Some(project),
        });
        present(made.await.map(drop))?;
        Ok(())
    }

    /// Registers an entity.
    pub(crate) async fn register(&mut self, entity: &EntityMessage) -> Result<(), Status> {
        match entity {
            EntityMessage::Task(spec) => self.register_task((**spec).clone()).await,
            EntityMessage::Workflow(spec) => self.register_workflow(spec.clone()).await,
            EntityMessage::LaunchPlan(plan) => self.register_launch_plan(plan.clone()).await,
            _ => Err(Status::unimplemented("a kind of entity that there was not")),
        }
    }

    pub(crate) async fn register_task(&mut self, spec: admin::TaskSpec) -> Result<(), Status> {
        let request = admin::TaskCreateRequest {
            id: spec
                .template
                .as_ref()
                .and_then(|template| template.id.clone()),
            spec: Some(spec),
        };
        present(self.admin.create_task(request).await.map(drop))
    }

    pub(crate) async fn register_workflow(
        &mut self,
        spec: admin::WorkflowSpec,
    ) -> Result<(), Status> {
        let request = admin::WorkflowCreateRequest {
            id: spec
                .template
                .as_ref()
                .and_then(|template| template.id.clone()),
            spec: Some(spec),
        };
        present(self.admin.create_workflow(request).await.map(drop))
    }

    pub(crate) async fn register_launch_plan(
        &mut self,
        plan: admin::LaunchPlan,
    ) -> Result<(), Status> {
        let request = admin::LaunchPlanCreateRequest {
            id: plan.id,
            spec: plan.spec,
        };
        present(self.admin.create_launch_plan(request).await.map(drop))
    }

    /// Starts an execution of a task or a launch plan.
    pub(crate) async fn start(
        &mut self,
        resource_type: core::ResourceType,
        entity: &str,
        inputs: core::LiteralMap,
    ) -> Result<core::WorkflowExecutionIdentifier, Status> {
        let launch_plan = core::Identifier {
            resource_type: resource_type.into(),
            project: self.project.clone(),
            domain: DOMAIN.to_owned(),
            name: entity.to_owned(),
            version: VERSION.to_owned(),
            org: String::new(),
        };
        let request = admin::ExecutionCreateRequest {
            project: self.project.clone(),
            domain: DOMAIN.to_owned(),
            spec: Some(admin::ExecutionSpec {
                launch_plan: Some(launch_plan),
                ..Default::default()
            }),
            inputs: Some(inputs),
            ..Default::default()
        };
        made(self.admin.create_execution(request).await?.into_inner())
    }

    /// Runs what an execution ran once more.
    pub(crate) async fn relaunch(
        &mut self,
        id: &core::WorkflowExecutionIdentifier,
    ) -> Result<core::WorkflowExecutionIdentifier, Status> {
        let request = admin::ExecutionRelaunchRequest {
            id: Some(id.clone()),
            ..Default::default()
        };
        made(self.admin.relaunch_execution(request).await?.into_inner())
    }

    /// Goes on with an execution that has ended early.
    pub(crate) async fn recover(
        &mut self,
        id: &core::WorkflowExecutionIdentifier,
    ) -> Result<core::WorkflowExecutionIdentifier, Status> {
        let request = admin::ExecutionRecoverRequest {
            id: Some(id.clone()),
            ..Default::default()
        };
        made(self.admin.recover_execution(request).await?.into_inner())
    }

    pub(crate) async fn terminate(
        &mut self,
        id: &core::WorkflowExecutionIdentifier,
    ) -> Result<(), Status> {
        let request = admin::ExecutionTerminateRequest {
            id: Some(id.clone()),
            cause: "asked to".to_owned(),
        };
        self.admin.terminate_execution(request).await.map(drop)
    }

    pub(crate) async fn execution(
        &mut self,
        id: &core::WorkflowExecutionIdentifier,
    ) -> Result<admin::ExecutionClosure, Status> {
        let request = admin::WorkflowExecutionGetRequest {
            id: Some(id.clone()),
        };
        let execution = self.admin.get_execution(request).await?.into_inner();
        Ok(execution.closure.unwrap_or_default())
    }

    /// What an execution has given; empty if it is too large for an answer.
    pub(crate) async fn outputs(
        &mut self,
        id: &core::WorkflowExecutionIdentifier,
    ) -> Result<core::LiteralMap, Status> {
        let request = admin::WorkflowExecutionGetDataRequest {
            id: Some(id.clone()),
        };
        let data = self.admin.get_execution_data(request).await?.into_inner();
        Ok(data.full_outputs.unwrap_or_default())
    }

    /// The nodes of an execution below one of them, or its own.
    pub(crate) async fn nodes(
        &mut self,
        id: &core::WorkflowExecutionIdentifier,
        parent: &str,
    ) -> Result<Vec<admin::NodeExecution>, Status> {
        let request = admin::NodeExecutionListRequest {
            workflow_execution_id: Some(id.clone()),
            limit: 10_000,
            unique_parent_id: parent.to_owned(),
            sort_by: Some(admin::Sort {
                key: "created_at".to_owned(),
                direction: admin::sort::Direction::Ascending.into(),
            }),
            ..Default::default()
        };
        Ok(self
            .admin
            .list_node_executions(request)
            .await?
            .into_inner()
            .node_executions)
    }

    /// The gates that wait, or have waited.
    pub(crate) async fn signals(
        &mut self,
        id: &core::WorkflowExecutionIdentifier,
    ) -> Result<Vec<admin::Signal>, Status> {
        let request = admin::SignalListRequest {
            workflow_execution_id: Some(id.clone()),
            limit: 1_000,
            ..Default::default()
        };
        Ok(self
            .signals
            .list_signals(request)
            .await?
            .into_inner()
            .signals)
    }

    pub(crate) async fn answer(
        &mut self,
        gate: core::SignalIdentifier,
        value: core::Literal,
    ) -> Result<(), Status> {
        let request = admin::SignalSetRequest {
            id: Some(gate),
            value: Some(value),
        };
        self.signals.set_signal(request).await.map(drop)
    }
}

/// What is there already has been registered.
fn present(answer: Result<(), Status>) -> Result<(), Status> {
    match answer {
        Err(status) if status.code() == Code::AlreadyExists => Ok(()),
        answer => answer,
    }
}

fn made(
    answer: admin::ExecutionCreateResponse,
) -> Result<core::WorkflowExecutionIdentifier, Status> {
    answer
        .id
        .ok_or_else(|| Status::internal("an execution without an identifier"))
}
