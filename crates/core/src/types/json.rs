//! Literals as JSON: the form people type at a command line and read back.

use serde_json::Value as Json;

use super::{Literal, LiteralType, TypeError, print, read};

/// The literal that `json` means for a type: `[1, 2]` for a list of integers, an object for a struct.
///
/// ```
/// use flyte_runtime::{prelude::*, types::{json_from_typed_literal, literal_from_json}};
/// use serde_json::json;
///
/// let literal_type = Vec::<Option<f64>>::literal_type();
/// let literal = literal_from_json(json!([1.5, null, "NaN"]), &literal_type)?;
/// assert_eq!(json_from_typed_literal(&literal, &literal_type)?, json!([1.5, null, "NaN"]));
/// # Ok::<(), flyte_runtime::types::TypeError>(())
/// ```
///
/// # Errors
///
/// When the JSON is of another shape; the error says at which place.
pub fn literal_from_json(json: Json, literal_type: &LiteralType) -> Result<Literal, TypeError> {
    read::read(&json.into(), literal_type)
}

/// A literal as JSON, as far as it tells by itself what it is. [`json_from_typed_literal`] says more: which variant of
/// a union it is, and that a datetime is a date.
///
/// # Errors
///
/// When the bytes of a struct cannot be read, or the literal is in a file.
pub fn json_from_literal(literal: &Literal) -> Result<Json, TypeError> {
    print::untyped(literal)
}

/// A literal as the JSON that [`literal_from_json`] reads.
///
/// # Errors
///
/// As [`json_from_literal`].
pub fn json_from_typed_literal(
    literal: &Literal,
    literal_type: &LiteralType,
) -> Result<Json, TypeError> {
    print::print(literal, literal_type)
}
