//! Which names are taken, and by what.

use std::{
    collections::{HashMap, hash_map::Entry},
    ptr,
};

use crate::{
    entity::{DuplicateEntity, EntityDescriptor, Location},
    graph::MapNode,
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
    /// [`DuplicateEntity`] if something else has it: a cluster would be told of one of the two alone, and run it for both.
    pub(super) fn take(
        &mut self,
        name: &str,
        named: Named,
        location: Location,
    ) -> Result<bool, DuplicateEntity> {
        match self.0.entry(name.to_owned()) {
            Entry::Vacant(free) => {
                free.insert((named, location));
                Ok(true)
            }
            Entry::Occupied(taken) => match *taken.get() {
                (other, _) if other == named => Ok(false),
                (_, first) => Err(DuplicateEntity {
                    name: name.to_owned(),
                    first,
                    second: location,
                }),
            },
        }
    }
}
