//! Workflows, with the workflows inside of them.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use flyte_idl::flyteidl::{admin, core};

use super::{SerializeError, Serializer, interface::typed_interface};
use crate::{
    entity::{EntityDescriptor, EntityKind, options::WorkflowOptions},
    graph::Graph,
    identifier::ResourceType,
};

impl Serializer<'_> {
    /// A workflow, as a cluster registers it: its template, and those of all workflows inside of it, each once, sorted
    /// by name.
    ///
    /// # Errors
    ///
    /// [`SerializeError`] if it or a workflow inside cannot be compiled, or says what Flyte cannot store.
    ///
    /// # Panics
    ///
    /// When `entity` is no workflow.
    pub fn workflow(
        &self,
        entity: &'static EntityDescriptor,
    ) -> Result<admin::WorkflowSpec, SerializeError> {
        let options = workflow_options(entity);
        // A circle of workflows is found by the plan alone.
        entity.plan()?;
        let graph = entity.graph()?;
        let inner = self.inner_workflows(&graph)?;
        Ok(admin::WorkflowSpec {
            template: Some(self.workflow_template(&graph)?),
            sub_workflows: inner.into_iter().map(|inner| inner.template).collect(),
            description: self.description(entity, options.docs),
        })
    }

    /// All workflows inside of a graph, each once, sorted by name.
    pub(super) fn inner_workflows(&self, graph: &Graph) -> Result<Vec<Inner>, SerializeError> {
        let mut found = BTreeMap::new();
        let mut waiting = sub_workflows(graph);
        while let Some(entity) = waiting.pop() {
            if let Entry::Vacant(place) = found.entry(entity.name()) {
                let graph = entity.graph()?;
                waiting.extend(sub_workflows(&graph));
                let template = self.workflow_template(&graph)?;
                place.insert(Inner { graph, template });
            }
        }
        Ok(found.into_values().collect())
    }

    fn workflow_template(&self, graph: &Graph) -> Result<core::WorkflowTemplate, SerializeError> {
        let entity = graph.entity();
        let options = workflow_options(entity);
        let failure_node = graph
            .failure_node()
            .map(|node| self.node(graph, node))
            .transpose()?;
        Ok(core::WorkflowTemplate {
            id: Some(self.identifier(ResourceType::Workflow, entity.name())),
            metadata: Some(core::WorkflowMetadata {
                // The numbers are the same.
                on_failure: options.failure_policy as i32,
                ..Default::default()
            }),
            interface: Some(typed_interface(entity)),
            nodes: self.nodes(graph)?,
            outputs: self.outputs(graph)?,
            failure_node,
            metadata_defaults: Some(core::WorkflowMetadataDefaults {
                interruptible: options.interruptible,
            }),
        })
    }
}

/// A workflow inside of another.
pub(super) struct Inner {
    pub(super) graph: Arc<Graph>,
    pub(super) template: core::WorkflowTemplate,
}

pub(super) fn workflow_options(entity: &EntityDescriptor) -> &WorkflowOptions {
    match entity.workflow_options() {
        Some(options) => options,
        None => panic!("`{}` is a {}, not a workflow", entity.name(), entity.kind()),
    }
}

/// The workflows that a graph's nodes run.
fn sub_workflows(graph: &Graph) -> Vec<&'static EntityDescriptor> {
    let nodes = graph.nodes().iter().chain(graph.failure_node());
    nodes
        .map(|node| node.target().entity())
        .filter(|entity| entity.kind() == EntityKind::Workflow)
        .collect()
}
