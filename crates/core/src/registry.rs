//! Finds entities by name.

use std::{collections::BTreeMap, sync::OnceLock};

pub use crate::graph::entity::{DuplicateEntity, UnknownEntity};
use crate::graph::entity::{Entity, EntityDescriptor, EntityKind};

pub mod resolver;

/// A set of entities, sorted by name.
///
/// [`Registry::of_program`] is the one of the whole program. A registry made with [`Registry::builder`] also works
/// without the feature `inventory`.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    entities: BTreeMap<String, &'static EntityDescriptor>,
    duplicates: BTreeMap<String, DuplicateEntity>,
}

impl Registry {
    /// Starts an empty registry that is filled by hand.
    ///
    /// ```
    /// use flyte_runtime::{Registry, prelude::*};
    ///
    /// #[task]
    /// fn square(x: i64) -> i64 {
    ///     x * x
    /// }
    ///
    /// let registry = Registry::builder().with::<square>().build()?;
    /// assert!(registry.find("square").is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn builder() -> RegistryBuilder {
        RegistryBuilder::default()
    }

    /// The tasks, workflows and launch plans of the program, as the macros registered them; empty without the feature
    /// `inventory`.
    ///
    /// The linker drops a crate that nothing mentions, together with its entities; `use my_tasks as _;` mentions it.
    pub fn of_program() -> &'static Self {
        static REGISTRY: OnceLock<Registry> = OnceLock::new();
        REGISTRY.get_or_init(|| Self::collect(registered()))
    }

    /// A registry of these entities. If two share a name, neither can be found.
    pub(crate) fn collect(entities: impl IntoIterator<Item = &'static EntityDescriptor>) -> Self {
        let mut registry = Self::default();
        for entity in entities {
            registry.add(entity);
        }
        registry
    }

    fn add(&mut self, entity: &'static EntityDescriptor) {
        let Some(first) = self.entities.insert(entity.name().to_owned(), entity) else {
            return;
        };
        if std::ptr::eq(first, entity) {
            return;
        }
        // The order in which the linker lists entities differs between builds; their locations do not.
        let (mut first, mut second) = (first.location(), entity.location());
        if (second.file, second.line) < (first.file, first.line) {
            std::mem::swap(&mut first, &mut second);
        }
        let name = entity.name().to_owned();
        self.duplicates
            .entry(name.clone())
            .or_insert(DuplicateEntity {
                name,
                first,
                second,
            });
    }

    /// All entities, sorted by name. If several share a name, one is listed.
    pub fn entities(&self) -> impl Iterator<Item = &'static EntityDescriptor> {
        self.entities.values().copied()
    }

    /// The tasks, sorted by name, without references.
    pub fn tasks(&self) -> impl Iterator<Item = &'static EntityDescriptor> {
        self.of_kind(EntityKind::Task)
    }

    /// The workflows, sorted by name, without references.
    pub fn workflows(&self) -> impl Iterator<Item = &'static EntityDescriptor> {
        self.of_kind(EntityKind::Workflow)
    }

    /// The declared launch plans, sorted by name. Every workflow also has a default one with the workflow's name: see
    /// [`LaunchPlan::of`](crate::graph::entity::LaunchPlan::of).
    pub fn launch_plans(&self) -> impl Iterator<Item = &'static EntityDescriptor> {
        self.of_kind(EntityKind::LaunchPlan)
    }

    fn of_kind(&self, kind: EntityKind) -> impl Iterator<Item = &'static EntityDescriptor> {
        self.entities()
            .filter(move |entity| entity.kind() == kind && entity.reference().is_none())
    }

    /// The entities of a cluster that the program refers to, sorted by the names of their functions.
    pub fn references(&self) -> impl Iterator<Item = &'static EntityDescriptor> {
        self.entities()
            .filter(|entity| entity.reference().is_some())
    }

    /// The names that more than one entity has.
    pub fn duplicates(&self) -> impl Iterator<Item = &DuplicateEntity> {
        self.duplicates.values()
    }

    /// Whether any name is taken twice.
    pub(crate) fn has_duplicates(&self) -> bool {
        !self.duplicates.is_empty()
    }

    /// The duplicate that makes `entity` unusable, if there is one.
    pub(crate) fn duplicate_of(&self, entity: &EntityDescriptor) -> Option<&DuplicateEntity> {
        if self.duplicates.is_empty() {
            None
        } else {
            self.duplicates.get(entity.name())
        }
    }

    /// Finds the entity with this name, or whose name ends with these parts: `square` finds `my_crate.math.square`.
    ///
    /// # Errors
    ///
    /// When no entity matches (the error lists the nearest names), when several match, or when the name is a duplicate.
    pub fn find(&self, name: &str) -> Result<&'static EntityDescriptor, UnknownEntity> {
        if let Some(entity) = self.entities.get(name) {
            return match self.duplicates.get(name) {
                Some(duplicate) => Err(duplicate.clone().into()),
                None => Ok(entity),
            };
        }
        if self.entities.is_empty() {
            return Err(UnknownEntity::Empty);
        }
        let suffix = format!(".{name}");
        let matching: Vec<_> = self
            .entities
            .keys()
            .filter(|full| full.ends_with(&suffix))
            .collect();
        match matching.as_slice() {
            [] => Err(UnknownEntity::NotFound {
                name: name.to_owned(),
                nearest: self.nearest(name),
            }),
            [full] => self.find(full),
            several => Err(UnknownEntity::Ambiguous {
                name: name.to_owned(),
                candidates: several.iter().map(|full| format!("`{full}`")).collect(),
            }),
        }
    }

    fn nearest(&self, name: &str) -> Vec<String> {
        let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
        let mut scored: Vec<(f64, &String)> = self
            .entities
            .keys()
            .map(|full| {
                (
                    strsim::jaro_winkler(full, name)
                        .max(strsim::jaro_winkler(&last(full), &last(name))),
                    full,
                )
            })
            .filter(|(score, _)| *score > 0.8)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        scored
            .into_iter()
            .take(3)
            .map(|(_, full)| full.clone())
            .collect()
    }
}

/// Fills a [`Registry`].
#[derive(Debug, Default)]
#[must_use]
pub struct RegistryBuilder {
    entities: Vec<&'static EntityDescriptor>,
}

impl RegistryBuilder {
    /// Adds a task, a workflow or a launch plan.
    pub fn with<E: Entity>(mut self) -> Self {
        self.entities.push(E::descriptor());
        self
    }

    /// Adds an entity that is known only at run time, such as a workflow that was built in code.
    pub fn with_descriptor(mut self, entity: &'static EntityDescriptor) -> Self {
        self.entities.push(entity);
        self
    }

    /// Builds the registry.
    ///
    /// # Errors
    ///
    /// When two entities have the same name.
    pub fn build(self) -> Result<Registry, DuplicateEntity> {
        let registry = Registry::collect(self.entities);
        match registry.duplicates.values().next() {
            Some(duplicate) => Err(duplicate.clone()),
            None => Ok(registry),
        }
    }
}

/// All tasks and workflows of the program, by flytekit's name; see [`Registry::of_program`].
///
/// Corresponds to flytekit's `FlyteEntities`, sorted, and with duplicates reported.
#[derive(Debug)]
pub struct FlyteEntities;

impl FlyteEntities {
    /// The registry of the program; empty without the feature `inventory`.
    pub fn registry() -> &'static Registry {
        Registry::of_program()
    }

    /// All entities, sorted by name.
    pub fn entities() -> impl Iterator<Item = &'static EntityDescriptor> {
        Self::registry().entities()
    }
}

/// The item that a macro submits to `inventory`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Registration(pub &'static EntityDescriptor);

#[cfg(feature = "inventory")]
inventory::collect!(Registration);

#[cfg(feature = "inventory")]
fn registered() -> impl Iterator<Item = &'static EntityDescriptor> {
    inventory::iter::<Registration>
        .into_iter()
        .map(|registration| registration.0)
}

#[cfg(not(feature = "inventory"))]
fn registered() -> impl Iterator<Item = &'static EntityDescriptor> {
    std::iter::empty()
}
