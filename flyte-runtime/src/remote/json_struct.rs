//! JSON objects as protobuf's `Struct`, whose numbers are all floats.

use flyte_idl::prost_types::{ListValue, Struct, Value, value::Kind};
use serde_json::{Map, Value as Json};

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
