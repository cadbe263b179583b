//! What a promise may be passed for besides its own type.
//!
//! Flyte binds an enum where a string is expected, and the cluster passes the value that stands for it; and it binds
//! what a union may hold where the union is expected. (That a `T` is passed for an `Option<T>` is with the other
//! bindings.)

use super::{BindingData, IntoBinding, Promise};
use crate::{
    graph::generated::slot::Slot,
    types::{FlyteType, Value},
};

/// An enum without data, by `#[derive(FlyteType)]`: its promises can be passed for strings.
pub trait StringEnum: FlyteType {}

fn assemble_string<E: StringEnum>(mut items: Vec<Value>) -> Option<Value> {
    let item = items.pop()?.into_owned::<E>().ok()?;
    let text = item.to_literal().and_then(String::from_literal).ok()?;
    Some(Value::new(text))
}

#[diagnostic::do_not_recommend]
impl<E: StringEnum> IntoBinding<String> for Promise<E> {
    fn into_binding(self) -> BindingData {
        BindingData::Cast {
            item: Box::new(IntoBinding::<E>::into_binding(self)),
            assemble: assemble_string::<E>,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<E: StringEnum> IntoBinding<String> for &Promise<E> {
    fn into_binding(self) -> BindingData {
        IntoBinding::<String>::into_binding(*self)
    }
}

/// The slot of what one variant of `U` holds, by `#[derive(FlyteType)]` on an enum with data.
pub trait VariantOf<U: FlyteType>: Slot {
    /// The variant with a value.
    fn variant(value: Self::Type) -> U;
}

fn assemble_variant<V: VariantOf<U>, U: FlyteType>(mut items: Vec<Value>) -> Option<Value> {
    let item = items.pop()?.into_owned::<V::Type>().ok()?;
    Some(Value::new(V::variant(item)))
}

/// The source of a union: a promise of what one of its variants holds.
pub fn variant_binding<V: VariantOf<U>, U: FlyteType>(promise: Promise<V::Type>) -> BindingData {
    BindingData::Cast {
        item: Box::new(IntoBinding::<V::Type>::into_binding(promise)),
        assemble: assemble_variant::<V, U>,
    }
}
