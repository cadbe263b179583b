//! Everything in a program, in the order in which it has to be registered.

use std::collections::HashSet;

use super::{EntityMessage, SerializeError, SerializedEntity, Serializer, workflow::targets};
use crate::{
    entity::{EntityDescriptor, EntityKind, Registry},
    graph::{Graph, NodeTarget},
};

impl Serializer<'_> {
    /// All entities of a registry: each after what it uses, and each workflow before its default launch plan.
    ///
    /// # Errors
    ///
    /// [`SerializeError`], for the first entity that cannot be serialised.
    pub fn registry(&self, registry: &Registry) -> Result<Vec<SerializedEntity>, SerializeError> {
        if let Some(duplicate) = registry.duplicates().next() {
            return Err(duplicate.clone().into());
        }
        let mut all = Vec::new();
        let mut seen = HashSet::new();
        for entity in registry.entities() {
            self.visit(entity, &mut seen, &mut all)?;
        }
        Ok(all)
    }

    // Recursive: `plan` bounds how deep workflows are nested, and refuses circles.
    fn visit(
        &self,
        entity: &'static EntityDescriptor,
        seen: &mut HashSet<String>,
        all: &mut Vec<SerializedEntity>,
    ) -> Result<(), SerializeError> {
        let name = entity.name();
        // What a reference stands for is registered already.
        if entity.reference().is_some() || !seen.insert(name.to_owned()) {
            return Ok(());
        }
        match entity.kind() {
            EntityKind::Task => {
                let message = EntityMessage::Task(Box::new(self.task(entity)?));
                all.push(SerializedEntity::new(name, message));
            }
            EntityKind::Workflow => {
                entity.plan()?;
                let graph = entity.graph()?;
                self.visit_nodes(&graph, seen, all)?;
                // And what it has besides for a cluster.
                self.visit_nodes(&self.lowered(&graph), seen, all)?;
                let message = EntityMessage::Workflow(self.workflow(entity)?);
                all.push(SerializedEntity::new(name, message));
                let message = EntityMessage::LaunchPlan(self.launch_plan(entity)?);
                all.push(SerializedEntity::new(name, message));
            }
            // A part of the workflow that it is in.
            EntityKind::Gate => {}
            EntityKind::LaunchPlan => {
                entity.plan()?;
                self.visit_nodes(&*entity.graph()?, seen, all)?;
                let message = EntityMessage::LaunchPlan(self.launch_plan(entity)?);
                all.push(SerializedEntity::new(name, message));
            }
        }
        Ok(())
    }

    fn visit_nodes(
        &self,
        graph: &Graph,
        seen: &mut HashSet<String>,
        all: &mut Vec<SerializedEntity>,
    ) -> Result<(), SerializeError> {
        for target in targets(graph) {
            match target {
                NodeTarget::Task(entity)
                | NodeTarget::Workflow(entity)
                | NodeTarget::LaunchPlan(entity) => {
                    self.visit(entity, seen, all)?;
                }
                NodeTarget::Map(map) => {
                    self.visit(map.entity(), seen, all)?;
                    if map.is_own_task() && seen.insert(map.name().to_owned()) {
                        let message = EntityMessage::Task(Box::new(self.map_task(map)?));
                        all.push(SerializedEntity::new(map.name(), message));
                    }
                }
                // It is a part of the workflow, and has no registration of its own.
                NodeTarget::Inlined(graph) => self.visit_nodes(graph, seen, all)?,
                NodeTarget::Branch(_) | NodeTarget::Gate(_) => {}
            }
        }
        Ok(())
    }
}
