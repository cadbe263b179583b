//! JSON objects as the bytes of protobuf's `Struct`, whose numbers are all floats.

use serde_json::{Map, Value as Json};

use super::protobuf::{Field, Message, Reader, ordered};
use crate::types::{TypeError, primitives::whole};

/// Its name in errors.
const WHAT: &str = "a generic struct";

/// How to handle numbers that JSON does not have: infinities and NaN.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Refuse them.
    Finite,
    /// Write them as the texts `inf`, `-inf` and `NaN`, for the default of a number in a JSON schema.
    Any,
}

/// The default of a number in a JSON schema, if JSON can only express it as text.
pub fn default_number(schema: &Map<String, Json>) -> Option<f64> {
    let is_number = |schema: &Json| schema.get("type").is_some_and(|kind| kind == "number");
    let number = match schema.get("anyOf").and_then(Json::as_array) {
        Some(variants) => variants.iter().any(is_number),
        None => schema.get("type").is_some_and(|kind| kind == "number"),
    };
    match schema.get("default")?.as_str()? {
        "inf" if number => Some(f64::INFINITY),
        "-inf" if number => Some(f64::NEG_INFINITY),
        "NaN" if number => Some(f64::NAN),
        _ => None,
    }
}

/// Writes a `google.protobuf.Struct`.
pub(super) fn write(message: &mut Message, object: &Map<String, Json>, numbers: Numbers) {
    let default = match numbers {
        Numbers::Finite => None,
        Numbers::Any => default_number(object),
    };
    for (key, json) in ordered(object) {
        message.message(1, |entry| {
            entry.present(1, key.as_bytes());
            entry.message(2, |message| match default {
                Some(number) if key == "default" => message.present_double(2, number),
                _ => write_value(message, json, numbers),
            });
        });
    }
}

/// Writes a `google.protobuf.Value`.
fn write_value(message: &mut Message, json: &Json, numbers: Numbers) {
    match json {
        Json::Null => message.present_varint(1, 0),
        // Without serde_json's arbitrary precision every number is at least a float.
        Json::Number(number) => message.present_double(2, number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => message.present(3, text.as_bytes()),
        Json::Bool(value) => message.present_varint(4, (*value).into()),
        Json::Object(object) => message.message(5, |message| write(message, object, numbers)),
        Json::Array(items) => message.message(6, |message| {
            for item in items {
                message.message(1, |message| write_value(message, item, numbers));
            }
        }),
    }
}

/// Reads a `google.protobuf.Struct`.
pub(crate) fn read(
    mut reader: Reader<'_>,
    numbers: Numbers,
) -> Result<Map<String, Json>, TypeError> {
    let mut object = Map::new();
    while let Some((number, field)) = reader.next()? {
        if number == 1 {
            let (key, value) = field.entry(WHAT)?;
            let value = match value {
                Some(value) => read_value(value, numbers)?,
                None => Json::Null,
            };
            object.insert(key.into_owned(), value);
        }
    }
    Ok(object)
}

/// Reads a `google.protobuf.Value`.
fn read_value(field: Field<'_>, numbers: Numbers) -> Result<Json, TypeError> {
    let mut reader = field.message(WHAT)?;
    let mut json = Json::Null;
    while let Some((number, field)) = reader.next()? {
        json = match number {
            1 => Json::Null,
            2 => read_number(field.double(WHAT)?, numbers, &reader)?,
            3 => field.text(WHAT)?.into(),
            4 => (field.number(WHAT)? != 0).into(),
            5 => read(field.message(WHAT)?, numbers)?.into(),
            6 => {
                let mut list = field.message(WHAT)?;
                let mut items = Vec::new();
                while let Some((number, field)) = list.next()? {
                    if number == 1 {
                        items.push(read_value(field, numbers)?);
                    }
                }
                items.into()
            }
            _ => continue,
        };
    }
    Ok(json)
}

fn read_number(number: f64, numbers: Numbers, reader: &Reader<'_>) -> Result<Json, TypeError> {
    // A whole number becomes an integer, because whoever made the struct wrote one.
    if let Some(whole) = whole(number) {
        return Ok(whole.into());
    }
    match serde_json::Number::from_f64(number) {
        Some(number) => Ok(Json::Number(number)),
        None if numbers == Numbers::Any => Ok(number.to_string().into()),
        None => Err(reader.malformed(format!("JSON has no number {number}"))),
    }
}

/// A JSON object as it is read after being written.
pub(super) fn written(object: &Map<String, Json>) -> Option<Map<String, Json>> {
    let bytes = Message::of(|message| write(message, object, Numbers::Any));
    read(Reader::new(WHAT, &bytes), Numbers::Any).ok()
}
