//! Literals as JSON: the form that users type on the command line and see in output.

use serde_json::Value as Json;

use super::{Literal, LiteralType, TypeError, print, read};

/// The literal of a type that `json` describes: `[1, 2]` for a list of integers, an object for a struct.
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
/// When the JSON has another shape; the error contains the path.
pub fn literal_from_json(json: Json, literal_type: &LiteralType) -> Result<Literal, TypeError> {
    read::read(&json.into(), literal_type)
}

/// A literal as JSON, as far as the literal alone determines it. [`json_from_typed_literal`] also knows the variant of
/// a union, and that a datetime is a date.
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
