//! Workflows, with the workflows inside of them.

use std::{
    collections::{BTreeMap, HashSet, btree_map::Entry},
    ptr,
    sync::Arc,
};

use flyte_idl::flyteidl::{admin, core};

use super::{SerializeError, Serializer, interface::typed_interface};
use flyte_config::identifier::ResourceType;
use flyte_core::{
    graph::{
        Graph, Node, NodeTarget,
        entity::{DuplicateEntity, EntityDescriptor},
    },
    no_other_variant,
    options::{WorkflowOptions, WorkflowOptionsFields},
};

impl Serializer<'_> {
    /// A workflow, as a cluster registers it: its template, and those of all workflows inside of it, each once, sorted
    /// by name.
    ///
    /// # Errors
    ///
    /// [`SerializeError`] if it or a workflow inside cannot be compiled, or a cluster would refuse it.
    ///
    /// # Panics
    ///
    /// When `entity` is no workflow.
    pub fn workflow(
        &self,
        entity: &'static EntityDescriptor,
    ) -> Result<admin::WorkflowSpec, SerializeError> {
        let options = options_of(entity).unwrap_or_else(|| {
            panic!("`{}` is a {}, not a workflow", entity.name(), entity.kind())
        });
        // A circle of workflows is found by a look at the whole alone.
        flyte_core::complete::complete(entity)?;
        let own = self.checked_alone(|check| Ok(check.workflow(entity)))?;
        let graph = own.lowered(&entity.graph()?);
        let inner = own.inner_workflows(&graph)?;
        Ok(admin::WorkflowSpec {
            template: Some(own.workflow_template(&graph)?),
            sub_workflows: inner.into_iter().map(|inner| inner.template).collect(),
            description: own.description(entity, options.docs),
        })
    }

    /// All workflows inside of a graph, each once, sorted by name.
    ///
    /// The graph has been lowered, with those inside that have no name.
    pub(super) fn inner_workflows(&self, graph: &Graph) -> Result<Vec<Inner>, SerializeError> {
        let mut found: BTreeMap<String, Inner> = BTreeMap::new();
        let mut seen = HashSet::new();
        // A graph that is gone may leave its address to another one.
        let mut kept = Vec::new();
        let mut waiting = self.graphs_inside(graph)?;
        while let Some((of, graph)) = waiting.pop() {
            if !seen.insert(of) {
                continue;
            }
            waiting.extend(self.graphs_inside(&graph)?);
            kept.push(Arc::clone(&graph));
            let template = self.workflow_template(&graph)?;
            match found.entry(graph.name().to_owned()) {
                Entry::Vacant(place) => {
                    place.insert(Inner { graph, template });
                }
                // A cluster would run one of the two for both.
                Entry::Occupied(place) if place.get().template != template => {
                    let first = place.get().graph.entity().location();
                    let second = graph.entity().location();
                    let error = DuplicateEntity::new(graph.name(), first, second);
                    return Err(SerializeError::Duplicate(error));
                }
                Entry::Occupied(_) => {}
            }
        }
        Ok(found.into_values().collect())
    }

    /// The graphs that the nodes of a graph run.
    fn graphs_inside(&self, graph: &Graph) -> Result<Vec<(Source, Arc<Graph>)>, SerializeError> {
        let mut graphs = Vec::new();
        for target in targets(graph) {
            match target {
                NodeTarget::Workflow(workflow) if workflow.reference().is_none() => {
                    graphs.push((
                        Source::Entity(ptr::from_ref(*workflow)),
                        self.lowered(&workflow.graph()?),
                    ));
                }
                NodeTarget::Inlined(graph) => {
                    graphs.push((Source::Graph(Arc::as_ptr(graph)), Arc::clone(graph)));
                }
                NodeTarget::Task(_)
                | NodeTarget::Workflow(_)
                | NodeTarget::LaunchPlan(_)
                | NodeTarget::Gate(_)
                | NodeTarget::Map(_)
                | NodeTarget::Branch(_) => {}
                _ => no_other_variant!(NodeTarget),
            }
        }
        Ok(graphs)
    }

    fn workflow_template(&self, graph: &Graph) -> Result<core::WorkflowTemplate, SerializeError> {
        // What is inlined has the options of the workflow around it. A dynamic task has none: its nodes fail at once,
        // and run on machines that can be taken away if the task does.
        let entity = graph.entity();
        let interruptible =
            || entity.task_options().and_then(|task| task.interruptible) == Some(true);
        let WorkflowOptionsFields {
            failure_policy,
            interruptible,
            // `documentation.rs`
            docs: _,
        } = options_of(entity)
            .unwrap_or_else(|| WorkflowOptions::new().interruptible(interruptible()))
            .fields();
        let failure_node = graph
            .failure_node()
            .map(|node| self.node(graph, node))
            .transpose()?;
        Ok(core::WorkflowTemplate {
            id: Some(self.identifier(ResourceType::Workflow, graph.name())),
            metadata: Some(core::WorkflowMetadata {
                // The numbers are the same.
                on_failure: failure_policy as i32,
                ..Default::default()
            }),
            interface: Some(typed_interface(graph.interface())),
            nodes: self.nodes(graph)?,
            outputs: self.outputs(graph)?,
            failure_node,
            metadata_defaults: Some(core::WorkflowMetadataDefaults { interruptible }),
        })
    }
}

/// What tells the graphs inside of one that is kept from each other.
#[derive(PartialEq, Eq, Hash)]
enum Source {
    Entity(*const EntityDescriptor),
    Graph(*const Graph),
}

/// A workflow inside of another.
pub(super) struct Inner {
    pub(super) graph: Arc<Graph>,
    pub(super) template: core::WorkflowTemplate,
}

fn options_of(entity: &EntityDescriptor) -> Option<WorkflowOptions> {
    entity.workflow_options().copied()
}

/// What the nodes of a graph run, those in the cases of branches and the failure handler's included.
pub(super) fn targets(graph: &Graph) -> Vec<&NodeTarget> {
    fn visit<'g>(node: &'g Node, found: &mut Vec<&'g NodeTarget>) {
        match node.target() {
            NodeTarget::Branch(branch) => {
                let cases = branch.case_nodes();
                cases.for_each(|case| visit(case.node(), found));
            }
            target => found.push(target),
        }
    }
    let mut found = Vec::with_capacity(graph.nodes().len());
    let nodes = graph.nodes().iter().chain(graph.failure_node());
    nodes.for_each(|node| visit(node, &mut found));
    found
}
