//! Types that are made once and shared: a struct's type holds JSON schemas, and a list of a million values uses it a
//! million times.

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use super::{FlyteType, LiteralType, UnionVariant, structs};

/// The values made so far for each Rust type.
type Made<T> = LazyLock<RwLock<HashMap<TypeId, Arc<T>>>>;

static TYPES: Made<LiteralType> = LazyLock::new(RwLock::default);
static VARIANTS: Made<Vec<UnionVariant>> = LazyLock::new(RwLock::default);

fn of<T>(made: &'static Made<T>, id: TypeId, make: impl FnOnce() -> T) -> Arc<T> {
    // Inside its own definition a type looks different.
    if structs::is_making() {
        return Arc::new(make());
    }
    let known = made.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known.get(&id) {
        return Arc::clone(known);
    }
    drop(known);
    // Without the lock, because the user's code may make a type.
    let new = Arc::new(make());
    let mut known = made.write().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(known.entry(id).or_insert(new))
}

/// The Flyte type of a Rust type.
pub(crate) fn literal_type<T: FlyteType>() -> Arc<LiteralType> {
    of_type(TypeId::of::<T>(), T::literal_type)
}

pub(super) fn of_type(id: TypeId, make: fn() -> LiteralType) -> Arc<LiteralType> {
    of(&TYPES, id, make)
}

/// The variants of a Rust type.
pub(super) fn variants<T: 'static>(
    make: impl FnOnce() -> Vec<UnionVariant>,
) -> Arc<Vec<UnionVariant>> {
    of(&VARIANTS, TypeId::of::<T>(), make)
}
