//! Workflows that are registered.

use std::time::SystemTime;

use flyte_idl::flyteidl::{
    admin,
    core::{self, node::Target, task_node, workflow_node},
};

use super::{
    EntityId, Fetched, RemoteInterface, Version,
    entity::{instead, resolved, sealed::Sealed},
    execution::time,
};
use crate::flyte1::{
    client::{Again, Client, call},
    error::ClusterError,
    register::inside_of,
    remote::{BlockingRemote, Remote, blocking},
};
use flyte_core::graph::entity::EntityKind;
use flyte_events::events::NodeKind;

/// A workflow that is registered on a cluster.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RemoteWorkflow {
    /// What identifies it.
    pub id: EntityId,
    /// Its inputs and outputs. The defaults of inputs belong to its launch plans.
    pub interface: RemoteInterface,
    /// Its nodes.
    pub nodes: Vec<RemoteNode>,
    /// The node that runs when it fails.
    pub failure_node: Option<RemoteNode>,
    /// The workflows that it has as parts, each once.
    pub sub_workflows: Vec<RemoteWorkflow>,
    /// When it was registered, if the cluster says so.
    pub created: Option<SystemTime>,
}

/// A node of a workflow that is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemoteNode {
    /// Its id in the workflow.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What kind of node it is.
    pub kind: NodeKind,
    /// What it runs: a task, a sub-workflow or a launch plan; of a map what its elements run.
    pub runs: Option<EntityId>,
    /// The ids of the nodes that it waits for.
    pub upstream: Vec<String>,
    /// The nodes inside: the cases of a branch.
    pub nodes: Vec<RemoteNode>,
}

impl RemoteNode {
    fn of(node: &core::Node) -> Self {
        let runs = match &node.target {
            Some(Target::ArrayNode(array)) => array.node.as_deref().and_then(target_of),
            _ => target_of(node),
        };
        let metadata = node.metadata.clone().unwrap_or_default();
        Self {
            id: node.id.clone(),
            name: metadata.name,
            kind: match &node.target {
                Some(Target::WorkflowNode(_)) => NodeKind::Workflow,
                Some(Target::BranchNode(_)) => NodeKind::Branch,
                Some(Target::ArrayNode(_)) => NodeKind::Map,
                Some(Target::GateNode(_)) => NodeKind::Gate,
                _ => NodeKind::Task,
            },
            runs: runs.map(EntityId::of),
            upstream: node.upstream_node_ids.clone(),
            nodes: match &node.target {
                Some(Target::BranchNode(branch)) => inside_of(branch).map(Self::of).collect(),
                _ => Vec::new(),
            },
        }
    }
}

fn target_of(node: &core::Node) -> Option<core::Identifier> {
    match node.target.as_ref()? {
        Target::TaskNode(task) => {
            let task_node::Reference::ReferenceId(id) = task.reference.clone()?;
            Some(id)
        }
        Target::WorkflowNode(workflow) => match workflow.reference.clone()? {
            workflow_node::Reference::LaunchplanRef(id)
            | workflow_node::Reference::SubWorkflowRef(id) => Some(id),
        },
        _ => None,
    }
}

impl Sealed for RemoteWorkflow {}

impl Fetched for RemoteWorkflow {
    fn id(&self) -> &EntityId {
        &self.id
    }

    fn interface(&self) -> &RemoteInterface {
        &self.interface
    }
}

impl RemoteWorkflow {
    fn of_template(template: core::WorkflowTemplate) -> Result<Self, ClusterError> {
        // The compiler adds nodes for the beginning and the end.
        let own = |node: &&core::Node| !matches!(&*node.id, "start-node" | "end-node");
        Ok(Self {
            id: EntityId::of(core::Identifier {
                resource_type: core::ResourceType::Workflow.into(),
                ..template.id.unwrap_or_default()
            }),
            interface: RemoteInterface::of(template.interface)?,
            nodes: template
                .nodes
                .iter()
                .filter(own)
                .map(RemoteNode::of)
                .collect(),
            failure_node: template.failure_node.as_ref().map(RemoteNode::of),
            sub_workflows: Vec::new(),
            created: None,
        })
    }

    fn of(id: core::Identifier, workflow: admin::Workflow) -> Result<Self, ClusterError> {
        let closure = workflow.closure.unwrap_or_default();
        let compiled = closure.compiled_workflow.unwrap_or_default();
        let template = |compiled: core::CompiledWorkflow| compiled.template;
        let parts = compiled.sub_workflows.into_iter().filter_map(template);
        let primary = compiled.primary.and_then(template).unwrap_or_default();
        Ok(Self {
            id: EntityId::of(id),
            sub_workflows: parts.map(Self::of_template).collect::<Result<_, _>>()?,
            created: closure.created_at.and_then(time),
            ..Self::of_template(primary)?
        })
    }
}

/// The workflow of an id.
pub(in crate::flyte1) async fn workflow(
    client: &Client,
    id: core::Identifier,
) -> Result<RemoteWorkflow, ClusterError> {
    let request = admin::ObjectGetRequest {
        id: Some(id.clone()),
    };
    match call!(client, admin, get_workflow, Again::Yes, request) {
        Ok(workflow) => RemoteWorkflow::of(id, workflow),
        Err(error) => Err(instead(client, error, &id).await),
    }
}

/// The message of a workflow that is registered, to know the names of its nodes.
pub(in crate::flyte1) async fn compiled(
    client: &Client,
    id: core::Identifier,
) -> Result<core::CompiledWorkflowClosure, ClusterError> {
    let request = admin::ObjectGetRequest { id: Some(id) };
    let workflow = call!(client, admin, get_workflow, Again::Yes, request)?;
    let closure = workflow
        .closure
        .and_then(|closure| closure.compiled_workflow);
    Ok(closure.unwrap_or_default())
}

impl Remote {
    /// A workflow that is registered in the [project and domain](Self::within) of this cluster.
    ///
    /// ```no_run
    /// # use flyte_runtime::{cluster::{Remote, Version}, config::Config};
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// # let remote = Remote::connect(&Config::auto(None)?).await?;
    /// let workflow = remote.fetch_workflow("my_crate.pipeline", Version::Latest).await?;
    /// for node in &workflow.nodes {
    ///     println!("{}: {} {:?}", node.id, node.kind, node.runs);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ClusterError::Absent`] if it is not there, with the versions that are; other [`ClusterError`]s.
    pub async fn fetch_workflow(
        &self,
        name: &str,
        version: impl Into<Version>,
    ) -> Result<RemoteWorkflow, ClusterError> {
        let version = version.into();
        let id = resolved(&self.client, EntityKind::Workflow, name, &version).await?;
        workflow(&self.client, id).await
    }
}

blocking! {
    fetch_workflow(name: &str, version: impl Into<Version>) -> RemoteWorkflow;
}
