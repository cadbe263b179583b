//! Everything in a program, in the order in which it has to be registered.

use std::sync::Arc;

use super::{
    EntityMessage, SerializeError, SerializedEntity, Serializer, names::Names, workflow::targets,
};
use flyte_check::check::{Finding, Rule};
use flyte_config::identifier::ResourceType;
use flyte_core::{
    graph::{
        Graph, NodeTarget,
        entity::{EntityDescriptor, EntityKind},
    },
    no_other_variant,
    registry::Registry,
};

/// Everything in a program, ready to be registered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Checked {
    /// The entities, in the order in which they have to be registered.
    pub entities: Vec<SerializedEntity>,
    /// What a cluster does otherwise than a run on this machine.
    pub warnings: Vec<Finding>,
}

impl Serializer<'_> {
    /// All entities of a registry: each after what it uses, and each workflow before its default launch plan.
    ///
    /// # Errors
    ///
    /// [`SerializeError`], for the first entity that cannot be serialised; [`SerializeError::Refused`] with everything
    /// that a cluster would refuse.
    pub fn registry(&self, registry: &Registry) -> Result<Vec<SerializedEntity>, SerializeError> {
        Ok(self.checked_registry(registry)?.entities)
    }

    /// The same, with what a cluster does otherwise than a run on this machine.
    ///
    /// # Errors
    ///
    /// As [`registry`](Self::registry).
    pub fn checked_registry(&self, registry: &Registry) -> Result<Checked, SerializeError> {
        if let Some(duplicate) = registry.duplicates().next() {
            return Err(duplicate.clone().into());
        }
        let (own, warnings) = self.checked(|check| Ok(check.compiled(registry)?))?;
        let mut entities = Vec::new();
        let mut names = Names::default();
        for entity in registry.entities() {
            own.visit(entity, &mut names, &mut entities)?;
        }
        self.checked(|_| Ok(entities.iter().filter_map(too_large(registry)).collect()))?;
        Ok(Checked { entities, warnings })
    }

    // Recursive: `plan` bounds how deep workflows are nested, and refuses circles.
    fn visit(
        &self,
        entity: &'static EntityDescriptor,
        names: &mut Names,
        all: &mut Vec<SerializedEntity>,
    ) -> Result<(), SerializeError> {
        let name = entity.name();
        // What a reference stands for is registered already.
        if entity.reference().is_some() || !names.take(name, entity.into(), entity.location())? {
            return Ok(());
        }
        match entity.kind() {
            EntityKind::Task => {
                if let Some(used) = entity.uses() {
                    self.visit(used, names, all)?;
                }
                let message = EntityMessage::Task(Box::new(self.task(entity)?));
                all.push(SerializedEntity::new(name, message));
            }
            EntityKind::Workflow => {
                flyte_core::complete::complete(entity)?;
                let graph = entity.graph()?;
                self.visit_nodes(&graph, names, all)?;
                // And what it has besides for a cluster.
                let lowered = self.lowered(&graph);
                if !Arc::ptr_eq(&lowered, &graph) {
                    self.visit_nodes(&lowered, names, all)?;
                }
                let message = EntityMessage::Workflow(self.workflow(entity)?);
                all.push(SerializedEntity::new(name, message));
                let message = EntityMessage::LaunchPlan(self.launch_plan(entity)?);
                all.push(SerializedEntity::new(name, message));
            }
            // A part of the workflow that it is in.
            EntityKind::Gate => {}
            EntityKind::LaunchPlan => {
                flyte_core::complete::complete(entity)?;
                self.visit_nodes(&*entity.graph()?, names, all)?;
                let message = EntityMessage::LaunchPlan(self.launch_plan(entity)?);
                all.push(SerializedEntity::new(name, message));
            }
            _ => no_other_variant!(EntityKind),
        }
        Ok(())
    }

    fn visit_nodes(
        &self,
        graph: &Graph,
        names: &mut Names,
        all: &mut Vec<SerializedEntity>,
    ) -> Result<(), SerializeError> {
        for target in targets(graph) {
            match target {
                NodeTarget::Task(entity)
                | NodeTarget::Workflow(entity)
                | NodeTarget::LaunchPlan(entity) => {
                    self.visit(entity, names, all)?;
                }
                NodeTarget::Map(map) => {
                    self.visit(map.entity(), names, all)?;
                    if map.is_own_task()
                        && names.take(map.name(), (&**map).into(), map.location())?
                    {
                        let message = EntityMessage::Task(Box::new(self.map_task(map)?));
                        all.push(SerializedEntity::new(map.name(), message));
                    }
                }
                // It is a part of the workflow, and has no registration of its own.
                NodeTarget::Inlined(graph) => self.visit_nodes(graph, names, all)?,
                NodeTarget::Branch(_) | NodeTarget::Gate(_) => {}
                _ => no_other_variant!(NodeTarget),
            }
        }
        Ok(())
    }
}

/// What of entities and of what they use is too large to be registered, where it can be written at all.
///
/// Nobody has said in which images they run: those that tasks name stand for themselves.
pub fn too_large_of(registry: &Registry, entities: &[&'static EntityDescriptor]) -> Vec<Finding> {
    use std::collections::HashSet;

    use flyte_config::settings::{Image, ImageConfig, ImageError, SerializationSettings};

    let image = |name: &str| Image::parse_unversioned(name, "image:version");
    let mut unknown_images = HashSet::new();
    loop {
        let images = unknown_images
            .iter()
            .map(|name: &String| image(name))
            .collect();
        let images = ImageConfig::create_from(Some(image("default")), images);
        let settings = SerializationSettings::builder(images).build();
        let own = Serializer::new(&settings).unchecked();
        let (mut taken, mut all) = (Names::default(), Vec::new());
        let unknown = entities.iter().find_map(|entity| {
            // Whatever else cannot be written has no size.
            let error = own.visit(entity, &mut taken, &mut all).err()?;
            match error {
                SerializeError::Image { source, .. } => match *source {
                    ImageError::UnknownImage { name, .. } => Some(name),
                    _ => None,
                },
                _ => None,
            }
        });
        if unknown.is_none_or(|name| !unknown_images.insert(name)) {
            return all.iter().filter_map(too_large(registry)).collect();
        }
    }
}

/// What the server takes at once.
const MAX_REQUEST: usize = 4 << 20;

/// What a request has besides the entity and its identifier, at most.
const AROUND: usize = 32;

/// Says of an entity that it cannot be sent, if it cannot.
fn too_large(registry: &Registry) -> impl Fn(&SerializedEntity) -> Option<Finding> {
    move |entity| {
        let size = entity.request_size() + AROUND;
        if size < MAX_REQUEST {
            return None;
        }
        let kind = match entity.resource_type() {
            ResourceType::Task => EntityKind::Task,
            ResourceType::Workflow => EntityKind::Workflow,
            ResourceType::LaunchPlan => EntityKind::LaunchPlan,
            _ => no_other_variant!(ResourceType),
        };
        let mut all = registry.entities();
        let location = all.find(|found| found.name() == entity.name());
        Some(Finding::new(
            Rule::RequestTooLarge,
            format!("{kind} `{}`", entity.name()),
            location.map(EntityDescriptor::location),
            format!("it has {size} bytes, and a server takes less than {MAX_REQUEST} at once"),
            "give large values as files, or make them in a task",
        ))
    }
}
