//! Structs: MessagePack maps of their fields, as flytekit writes dataclasses.

use serde::{Serialize, de::DeserializeOwned};

use super::{Literal, TypeError};

/// A struct as a MessagePack map of field name to value; what `#[derive(FlyteType)]` calls.
///
/// # Errors
///
/// When serde refuses to write the value.
pub fn struct_to_literal<T: Serialize>(value: &T, name: &str) -> Result<Literal, TypeError> {
    match rmp_serde::to_vec_named(value) {
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
pub fn struct_from_literal<T: DeserializeOwned>(
    literal: Literal,
    name: &str,
) -> Result<T, TypeError> {
    match literal {
        Literal::Msgpack(bytes) => {
            rmp_serde::from_slice(&bytes).map_err(|error| TypeError::Malformed {
                what: format!("`{name}`"),
                reason: error.to_string(),
            })
        }
        other => Err(TypeError::mismatch(name, other.kind())),
    }
}
