//! Casts of promises to other types.
//!
//! Flyte binds an enum where a string is expected, and the cluster passes the string that stands for the value. It also
//! binds a variant's type where the union is expected. (Passing a `T` for an `Option<T>` is in `binding.rs`.)

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

/// The slot of the data of one variant of `U`; implemented by `#[derive(FlyteType)]` on an enum with data.
pub trait VariantOf<U: FlyteType>: Slot {
    /// Makes the variant from a value.
    fn variant(value: Self::Type) -> U;
}

fn assemble_variant<V: VariantOf<U>, U: FlyteType>(mut items: Vec<Value>) -> Option<Value> {
    let item = items.pop()?.into_owned::<V::Type>().ok()?;
    Some(Value::new(V::variant(item)))
}

/// Binds a promise of one variant's data to an input of the union's type.
pub fn variant_binding<V: VariantOf<U>, U: FlyteType>(promise: Promise<V::Type>) -> BindingData {
    BindingData::Cast {
        item: Box::new(IntoBinding::<V::Type>::into_binding(promise)),
        assemble: assemble_variant::<V, U>,
    }
}
