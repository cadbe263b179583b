//! The nodes of a workflow.

use flyte_idl::flyteidl::core::{self, node::Target, node_metadata, workflow_node::Reference};

use super::{
    SerializeError, Serializer, duration,
    gate::gate_node,
    overrides::{self, NodePlace},
};
use flyte_check::check::graph::RESERVED_IDS;
use flyte_config::identifier::ResourceType;
use flyte_core::{
    graph::{
        Graph, Node, NodeTarget,
        entity::{EntityDescriptor, LaunchPlan},
    },
    no_other_variant,
};

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
        if RESERVED_IDS.contains(&node.id()) && !is_handler {
            return Err(SerializeError::ReservedNode {
                place: NodePlace { graph, node }.to_string(),
            });
        }
        overrides::refuse_without_place(NodePlace { graph, node })?;
        let target = match node.target() {
            NodeTarget::Task(task) => self.task_node(graph, node, task)?,
            NodeTarget::Branch(branch) => self.branch_node(graph, branch)?,
            NodeTarget::Map(map) => self.array_node(graph, node, map)?,
            NodeTarget::Inlined(inner) => workflow_node(Reference::SubWorkflowRef(
                self.identifier(ResourceType::Workflow, inner.name()),
            )),
            NodeTarget::LaunchPlan(plan) => workflow_node(Reference::LaunchplanRef(
                self.entity_identifier(ResourceType::LaunchPlan, plan),
            )),
            NodeTarget::Gate(entity) => match entity.gate() {
                Some(gate) => gate_node(gate),
                None => unreachable!("the target of a gate's node is a gate"),
            },
            NodeTarget::Workflow(workflow) => workflow_node(Reference::SubWorkflowRef(
                self.entity_identifier(ResourceType::Workflow, workflow),
            )),
            _ => no_other_variant!(NodeTarget),
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
            metadata: Some(match node.target() {
                // What is said of the elements is said at the node inside.
                NodeTarget::Map(map) => core::NodeMetadata {
                    name: map.node_name().to_owned(),
                    retries: Some(core::RetryStrategy::default()),
                    ..Default::default()
                },
                _ => self.element_metadata(node)?,
            }),
            inputs: self.inputs(graph, node)?,
            upstream_node_ids: graph.upstream_ids(node).map(str::to_owned).collect(),
            output_aliases: aliases.collect(),
            target: Some(target),
        })
    }

    pub(super) fn task_node(
        &self,
        graph: &Graph,
        node: &Node,
        task: &EntityDescriptor,
    ) -> Result<Target, SerializeError> {
        // Said even when it is empty, except for a reference: as flytekit does.
        let says_something = node.overrides().is_some() || task.reference().is_none();
        let overrides = says_something.then(|| self.task_overrides(graph, node));
        Ok(Target::TaskNode(core::TaskNode {
            overrides: overrides.transpose()?,
            reference: Some(core::task_node::Reference::ReferenceId(
                self.entity_identifier(ResourceType::Task, task),
            )),
        }))
    }

    /// Where an entity is registered; of a reference that is said with it.
    pub(super) fn entity_identifier(
        &self,
        resource_type: ResourceType,
        entity: &EntityDescriptor,
    ) -> core::Identifier {
        let Some(reference) = entity.reference() else {
            return self.identifier(resource_type, entity.name());
        };
        core::Identifier {
            project: reference.project.to_owned(),
            domain: reference.domain.to_owned(),
            version: reference.version.to_owned(),
            ..self.identifier(resource_type, reference.name)
        }
    }

    /// What the entity declares, and over it what the node overrides; for a map of an element.
    pub(super) fn element_metadata(
        &self,
        node: &Node,
    ) -> Result<core::NodeMetadata, SerializeError> {
        // The node of a launch plan is told as that of its workflow.
        let launched = match node.target() {
            NodeTarget::LaunchPlan(plan) => LaunchPlan::of(plan)?.map(|plan| plan.workflow()),
            _ => None,
        };
        let (task, workflow) = match node.target() {
            NodeTarget::Task(entity) | NodeTarget::Workflow(entity) => {
                (entity.task_options(), entity.workflow_options())
            }
            NodeTarget::Map(map) => (map.entity().task_options(), None),
            NodeTarget::Inlined(graph) => (None, graph.entity().workflow_options()),
            NodeTarget::LaunchPlan(_) | NodeTarget::Branch(_) | NodeTarget::Gate(_) => {
                (None, launched.and_then(EntityDescriptor::workflow_options))
            }
            _ => no_other_variant!(NodeTarget),
        };
        let overrides = node.overrides();
        let interruptible = overrides
            .and_then(|overrides| overrides.interruptible)
            .or_else(|| task?.interruptible)
            .or_else(|| Some(workflow?.interruptible));
        let timeout = overrides
            .and_then(|overrides| overrides.timeout)
            .or_else(|| task?.timeout)
            .or_else(|| Some(node.target().entity()?.gate()?.timeout()));
        let retries = overrides
            .and_then(|overrides| overrides.retries)
            .or_else(|| Some(task?.retries));
        let own_name = overrides.is_some_and(|overrides| overrides.name.is_some());
        let name = match launched {
            Some(workflow) if !own_name => workflow.short_name(),
            _ => &node.metadata().name,
        };
        let mut metadata = core::NodeMetadata {
            name: name.to_owned(),
            timeout: duration(timeout),
            retries: Some(core::RetryStrategy {
                retries: retries.unwrap_or_default(),
            }),
            interruptible_value: interruptible
                .map(node_metadata::InterruptibleValue::Interruptible),
            ..Default::default()
        };
        overrides::set_cache(&mut metadata, node);
        Ok(metadata)
    }
}

pub(super) fn workflow_node(reference: Reference) -> Target {
    Target::WorkflowNode(core::WorkflowNode {
        reference: Some(reference),
    })
}
