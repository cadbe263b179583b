//! Which names are taken, and by what.

use std::{collections::HashMap, ptr};

use flyte_core::graph::{
    MapNode,
    entity::{DuplicateEntity, EntityDescriptor, Location},
};

/// What has a name. Pointers tell one from another: what is registered lives at least as long as the names.
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

/// The names that are taken.
#[derive(Default)]
pub(super) struct Names(HashMap<String, (Named, Location)>);

impl Names {
    /// Takes a name; says whether it was free, and not taken by the same thing before.
    ///
    /// # Errors
    ///
    /// [`DuplicateEntity`] if something else has it: a cluster would be told of one of the two alone, and run it for
    /// both.
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
