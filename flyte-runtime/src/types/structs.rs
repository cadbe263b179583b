//! Structs: MessagePack maps of their fields, as flytekit writes dataclasses.

use serde::{Serialize, de::DeserializeOwned};

use super::{Literal, TypeError};

/// What serde can write and read.
#[diagnostic::on_unimplemented(
    message = "`#[derive(FlyteType)]` stores `{Self}` with serde, which cannot write and read it yet",
    label = "serde's traits are missing",
    note = "write `#[derive(Clone, Serialize, Deserialize, FlyteType)]`, with `use serde::{{Deserialize, Serialize}};`"
)]
pub trait SerdeStruct: Sized {
    /// A map of field name to value.
    ///
    /// # Errors
    ///
    /// When serde refuses to write the value.
    fn write(&self) -> Result<Vec<u8>, rmp_serde::encode::Error>;

    /// The struct from such a map.
    ///
    /// # Errors
    ///
    /// When a field is missing or has another type.
    fn read(bytes: &[u8]) -> Result<Self, rmp_serde::decode::Error>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> SerdeStruct for T {
    fn write(&self) -> Result<Vec<u8>, rmp_serde::encode::Error> {
        rmp_serde::to_vec_named(self)
    }

    fn read(bytes: &[u8]) -> Result<Self, rmp_serde::decode::Error> {
        rmp_serde::from_slice(bytes)
    }
}

/// A struct with `#[derive(FlyteType)]`; the derive implements it, which is where a missing trait of serde is reported.
pub trait DerivedStruct: SerdeStruct {}

/// A struct as a MessagePack map of field name to value; what `#[derive(FlyteType)]` calls.
///
/// # Errors
///
/// When serde refuses to write the value.
pub fn struct_to_literal<T: DerivedStruct>(value: &T, name: &str) -> Result<Literal, TypeError> {
    match value.write() {
        Ok(bytes) => Ok(Literal::Msgpack(bytes)),
        Err(error) => Err(TypeError::Malformed {
            what: format!("a value of `{name}`"),
            reason: error.to_string(),
        }),
    }
}

/// The struct that a MessagePack map holds; what `#[derive(FlyteType)]` calls.
///
/// # Errors
///
/// When the literal is no struct, a field is missing or a field has another type.
pub fn struct_from_literal<T: DerivedStruct>(literal: Literal, name: &str) -> Result<T, TypeError> {
    match literal {
        Literal::Msgpack(bytes) => T::read(&bytes).map_err(|error| TypeError::Malformed {
            what: format!("`{name}`"),
            reason: error.to_string(),
        }),
        other => Err(TypeError::mismatch(name, other.kind())),
    }
}
