//! Literals as JSON: the form people type at a command line and read back.

use serde_json::Value as Json;

use super::{Literal, LiteralType, TypeError, UnionVariant};

/// The literal that `json` means for a type: `[1, 2]` for a list of integers, an object for a struct.
///
/// # Errors
///
/// When the JSON is of another shape; the error says at which place.
pub fn literal_from_json(json: Json, literal_type: &LiteralType) -> Result<Literal, TypeError> {
    match (literal_type, json) {
        (LiteralType::None, Json::Null) => Ok(Literal::None),
        (LiteralType::Integer, Json::Number(number)) => match number.as_i64() {
            Some(value) => Ok(Literal::Integer(value)),
            None => Err(TypeError::mismatch(
                "integer",
                format!("the number {number}"),
            )),
        },
        (LiteralType::Float, Json::Number(number)) => match number.as_f64() {
            Some(value) => Ok(Literal::Float(value)),
            None => Err(TypeError::mismatch("float", format!("the number {number}"))),
        },
        (LiteralType::String, Json::String(value)) => Ok(Literal::String(value)),
        (LiteralType::Boolean, Json::Bool(value)) => Ok(Literal::Boolean(value)),
        (LiteralType::Struct(structure), Json::Object(object)) => {
            for name in object.keys() {
                if !structure.fields.iter().any(|field| field.name == *name) {
                    let known: Vec<_> = structure
                        .fields
                        .iter()
                        .map(|field| format!("`{}`", field.name))
                        .collect();
                    return Err(TypeError::mismatch(
                        format!("a field of {} ({})", structure.name, known.join(", ")),
                        format!("`{name}`"),
                    ));
                }
            }
            rmp_serde::to_vec_named(&object)
                .map(Literal::Msgpack)
                .map_err(|error| TypeError::Malformed {
                    what: structure.name.clone(),
                    reason: error.to_string(),
                })
        }
        (LiteralType::Collection(element), Json::Array(items)) => {
            let items = items.into_iter().enumerate();
            let items = items.map(|(index, item)| {
                literal_from_json(item, element).map_err(|e| e.at(format!("[{index}]")))
            });
            Ok(Literal::Collection(items.collect::<Result<_, _>>()?))
        }
        (LiteralType::Map(element), Json::Object(items)) => {
            let items =
                items
                    .into_iter()
                    .map(|(key, item)| match literal_from_json(item, element) {
                        Ok(literal) => Ok((key, literal)),
                        Err(error) => Err(error.at(format!("[{key:?}]"))),
                    });
            Ok(Literal::Map(items.collect::<Result<_, _>>()?))
        }
        (LiteralType::Union(variants), json) => union_from_json(json, variants, literal_type),
        (expected, json) => Err(TypeError::mismatch(expected, found(&json))),
    }
}

/// The first variant that accepts the JSON; JSON itself has no tag to decide by.
fn union_from_json(
    json: Json,
    variants: &[UnionVariant],
    literal_type: &LiteralType,
) -> Result<Literal, TypeError> {
    let mut deepest = None;
    // `null` belongs to the `none` variant and to no other, so it is asked first.
    let none_first = variants
        .iter()
        .filter(|v| json.is_null() == (v.literal_type == LiteralType::None));
    for variant in none_first {
        match literal_from_json(json.clone(), &variant.literal_type) {
            Ok(value) => {
                return Ok(Literal::Union {
                    variant: variant.clone(),
                    value: Box::new(value),
                });
            }
            Err(error @ TypeError::At { .. }) => deepest = Some(error),
            Err(_) => {}
        }
    }
    Err(deepest.unwrap_or_else(|| TypeError::mismatch(literal_type, found(&json))))
}

fn found(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => format!("the boolean {value}"),
        Json::Number(value) => format!("the number {value}"),
        Json::String(value) => format!("the string {value:?}"),
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}

/// A literal as JSON.
///
/// # Errors
///
/// When the bytes of a struct cannot be read, or a float is not a number JSON can hold.
pub fn json_from_literal(literal: &Literal) -> Result<Json, TypeError> {
    Ok(match literal {
        Literal::None => Json::Null,
        Literal::Integer(value) => Json::from(*value),
        // JSON has no NaN and no infinity; their names survive where `null` would lose them.
        Literal::Float(value) => serde_json::Number::from_f64(*value)
            .map_or_else(|| Json::from(value.to_string()), Json::Number),
        Literal::String(value) => Json::from(value.as_str()),
        Literal::Boolean(value) => Json::from(*value),
        Literal::Msgpack(bytes) => {
            rmp_serde::from_slice(bytes).map_err(|error| TypeError::Malformed {
                what: "a struct".to_owned(),
                reason: error.to_string(),
            })?
        }
        Literal::Union { value, .. } => json_from_literal(value)?,
        Literal::Collection(items) => Json::Array(
            items
                .iter()
                .map(json_from_literal)
                .collect::<Result<_, _>>()?,
        ),
        Literal::Map(items) => {
            let items = items
                .iter()
                .map(|(key, item)| Ok((key.clone(), json_from_literal(item)?)));
            Json::Object(items.collect::<Result<_, TypeError>>()?)
        }
    })
}
