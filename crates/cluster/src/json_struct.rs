//! JSON objects as protobuf's `Struct`, whose numbers are all floats.

use flyte_idl::prost_types::{ListValue, Struct, Value, value::Kind};
use serde_json::{Map, Value as Json};

use flyte_core::types::wire::default_number;

pub(super) fn to_proto(object: &Map<String, Json>) -> Struct {
    let fields = object.iter().map(|(key, json)| (key.clone(), value(json)));
    Struct {
        fields: fields.collect(),
    }
}

/// As [`to_proto`], for a JSON schema: the default of a number may not exist in JSON, and is then a text.
pub(super) fn schema_to_proto(schema: &Map<String, Json>) -> Struct {
    let default = default_number(schema);
    let fields = schema.iter().map(|(key, json)| {
        let value = match default {
            Some(number) if key == "default" => wrapped(Kind::NumberValue(number)),
            _ => schema_value(json),
        };
        (key.clone(), value)
    });
    Struct {
        fields: fields.collect(),
    }
}

fn schema_value(json: &Json) -> Value {
    match json {
        Json::Array(items) => list(items, schema_value),
        Json::Object(object) => wrapped(Kind::StructValue(schema_to_proto(object))),
        other => value(other),
    }
}

fn value(json: &Json) -> Value {
    wrapped(match json {
        Json::Null => Kind::NullValue(0),
        Json::Bool(value) => Kind::BoolValue(*value),
        // Without serde_json's arbitrary precision every number is at least a float.
        Json::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => Kind::StringValue(text.clone()),
        Json::Array(items) => return list(items, value),
        Json::Object(object) => Kind::StructValue(to_proto(object)),
    })
}

fn list(items: &[Json], value: fn(&Json) -> Value) -> Value {
    wrapped(Kind::ListValue(ListValue {
        values: items.iter().map(value).collect(),
    }))
}

fn wrapped(kind: Kind) -> Value {
    Value { kind: Some(kind) }
}
