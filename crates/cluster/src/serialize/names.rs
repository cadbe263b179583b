//! The names in use, and their owners.

use std::{collections::HashMap, ptr};

use flyte_core::graph::{
    MapNode,
    entity::{DuplicateEntity, EntityDescriptor, Location},
};

/// The owner of a name. Pointers identify it, because everything registered lives at least as long as the names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Entity(*const EntityDescriptor),
    /// The second task of an entity, which its maps run.
    Map(*const EntityDescriptor),
}

impl From<&'static EntityDescriptor> for Named {
    fn from(entity: &'static EntityDescriptor) -> Self {
        Self::Entity(ptr::from_ref(entity))
    }
}

impl From<&MapNode> for Named {
    fn from(map: &MapNode) -> Self {
        Self::Map(ptr::from_ref(map.entity()))
    }
}

/// The names in use.
#[derive(Default)]
pub(super) struct Names(HashMap<String, (Named, Location)>);

impl Names {
    /// Takes a name; returns false if the same owner already has it.
    ///
    /// # Errors
    ///
    /// [`DuplicateEntity`] if another owner has it: a cluster would register only one of the two, and run it for both.
    pub(super) fn take(
        &mut self,
        name: &str,
        named: Named,
        location: Location,
    ) -> Result<bool, DuplicateEntity> {
        match self.0.get(name) {
            None => {
                self.0.insert(name.to_owned(), (named, location));
                Ok(true)
            }
            Some((other, _)) if *other == named => Ok(false),
            Some((_, first)) => Err(DuplicateEntity::new(name, *first, location)),
        }
    }
}
