//! The nodes of a workflow.

use flyte_idl::flyteidl::core::{self, node::Target, node_metadata, workflow_node};

use super::{
    SerializeError, Serializer, duration,
    overrides::{self, NodePlace},
};
use crate::{
    entity::EntityDescriptor,
    graph::{Graph, Node, NodeTarget},
    identifier::ResourceType,
};

/// The ids of a workflow's ends, and the one that failure nodes alone may have.
const RESERVED: [&str; 3] = ["start-node", "end-node", "efn"];

impl Serializer<'_> {
    /// All nodes of a graph except its failure handler's.
    pub(super) fn nodes(&self, graph: &Graph) -> Result<Vec<core::Node>, SerializeError> {
        // Not collected: that would not know the number beforehand, and a node's message is large to move.
        let mut nodes = Vec::with_capacity(graph.nodes().len());
        for node in graph.nodes() {
            nodes.push(self.node(graph, node)?);
        }
        Ok(nodes)
    }

    pub(super) fn node(&self, graph: &Graph, node: &Node) -> Result<core::Node, SerializeError> {
        let is_handler = graph
            .failure_node()
            .is_some_and(|handler| std::ptr::eq(handler, node));
        if RESERVED.contains(&node.id()) && !is_handler {
            return Err(SerializeError::ReservedNode {
                place: NodePlace { graph, node }.to_string(),
            });
        }
        let target = match node.target() {
            NodeTarget::Task(task) => self.task_node(graph, node, task)?,
            target => {
                overrides::refuse_without_container(NodePlace { graph, node })?;
                match target {
                    NodeTarget::Branch(branch) => self.branch_node(graph, branch)?,
                    target => self.workflow_node(target.name()),
                }
            }
        };
        let aliases = node.overrides().map(|overrides| &overrides.aliases);
        let aliases = aliases
            .into_iter()
            .flatten()
            .map(|(var, alias)| core::Alias {
                var: var.clone(),
                alias: alias.clone(),
            });
        Ok(core::Node {
            id: node.id().to_owned(),
            metadata: Some(self.node_metadata(graph, node)?),
            inputs: self.inputs(graph, node)?,
            upstream_node_ids: graph.upstream_ids(node).map(str::to_owned).collect(),
            output_aliases: aliases.collect(),
            target: Some(target),
        })
    }

    fn task_node(
        &self,
        graph: &Graph,
        node: &Node,
        task: &EntityDescriptor,
    ) -> Result<Target, SerializeError> {
        Ok(Target::TaskNode(core::TaskNode {
            overrides: Some(self.task_overrides(graph, node)?),
            reference: Some(core::task_node::Reference::ReferenceId(
                self.identifier(ResourceType::Task, task.name()),
            )),
        }))
    }

    fn workflow_node(&self, name: &str) -> Target {
        let id = self.identifier(ResourceType::Workflow, name);
        Target::WorkflowNode(core::WorkflowNode {
            reference: Some(workflow_node::Reference::SubWorkflowRef(id)),
        })
    }

    /// What the entity declares, and over it what the node overrides.
    fn node_metadata(
        &self,
        graph: &Graph,
        node: &Node,
    ) -> Result<core::NodeMetadata, SerializeError> {
        let (task, workflow) = match node.target() {
            NodeTarget::Task(entity) | NodeTarget::Workflow(entity) => {
                (entity.task_options(), entity.workflow_options())
            }
            NodeTarget::Inlined(graph) => (None, graph.entity().workflow_options()),
            NodeTarget::Branch(_) => (None, None),
        };
        let overrides = node.overrides();
        let interruptible = overrides
            .and_then(|overrides| overrides.interruptible)
            .or_else(|| task?.interruptible)
            .or_else(|| Some(workflow?.interruptible));
        let timeout = overrides
            .and_then(|overrides| overrides.timeout)
            .or_else(|| task?.timeout);
        let retries = overrides
            .and_then(|overrides| overrides.retries)
            .or_else(|| Some(task?.retries));
        let mut metadata = core::NodeMetadata {
            name: node.metadata().name.clone(),
            timeout: duration(timeout),
            retries: Some(core::RetryStrategy {
                retries: retries.unwrap_or_default(),
            }),
            interruptible_value: interruptible
                .map(node_metadata::InterruptibleValue::Interruptible),
            ..Default::default()
        };
        overrides::set_cache(&mut metadata, NodePlace { graph, node })?;
        Ok(metadata)
    }
}
