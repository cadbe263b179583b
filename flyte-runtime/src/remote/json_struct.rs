//! JSON objects as protobuf's `Struct`, whose numbers are all floats.

use flyte_idl::prost_types::{ListValue, Struct, Value, value::Kind};
use serde_json::{Map, Value as Json};

use crate::types::TypeError;

pub(super) fn to_proto(object: &Map<String, Json>) -> Struct {
    let fields = object.iter().map(|(key, json)| (key.clone(), value(json)));
    Struct {
        fields: fields.collect(),
    }
}

fn value(json: &Json) -> Value {
    let kind = match json {
        Json::Null => Kind::NullValue(0),
        Json::Bool(value) => Kind::BoolValue(*value),
        // Without serde_json's arbitrary precision every number is a float at least.
        Json::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => Kind::StringValue(text.clone()),
        Json::Array(items) => Kind::ListValue(ListValue {
            values: items.iter().map(value).collect(),
        }),
        Json::Object(object) => Kind::StructValue(to_proto(object)),
    };
    Value { kind: Some(kind) }
}

pub(super) fn from_proto(object: Struct) -> Result<Map<String, Json>, TypeError> {
    let fields = object.fields.into_iter();
    fields.map(|(key, value)| Ok((key, json(value)?))).collect()
}

fn json(value: Value) -> Result<Json, TypeError> {
    Ok(match value.kind {
        Some(Kind::NullValue(_)) | None => Json::Null,
        Some(Kind::BoolValue(value)) => value.into(),
        Some(Kind::NumberValue(number)) => match serde_json::Number::from_f64(number) {
            // A whole number is written as one, which is what whoever made the struct wrote.
            Some(_) if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 => {
                (number as i64).into()
            }
            Some(number) => Json::Number(number),
            None => {
                return Err(TypeError::Malformed {
                    what: "a generic struct".to_owned(),
                    reason: format!("JSON has no number {number}"),
                });
            }
        },
        Some(Kind::StringValue(text)) => text.into(),
        Some(Kind::ListValue(list)) => {
            let items = list.values.into_iter().map(json);
            Json::Array(items.collect::<Result<_, _>>()?)
        }
        Some(Kind::StructValue(object)) => from_proto(object)?.into(),
    })
}
