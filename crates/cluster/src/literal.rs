//! Literals as messages, for messages that contain them; their bytes are those of [`wire`](flyte_core::types::wire).

use flyte_idl::{
    flyteidl::core::{self, literal::Value, primitive, scalar},
    prost_types::{Duration, Timestamp},
};

use super::{
    json_struct,
    literal_type::{
        blob_type_to_proto, dataset_type_to_proto, schema_type_to_proto, type_to_proto,
        variant_to_proto,
    },
};
use flyte_core::types::{Literal, LiteralType, LiteralValue, UnionVariant, wire::MSGPACK};

/// An absent value.
pub fn none() -> core::Literal {
    to_proto(&Literal::NONE)
}

/// Wraps a value as the variant of a union with its type.
pub fn union_of(literal_type: &LiteralType, value: core::Literal) -> core::Literal {
    union(&UnionVariant::new(literal_type.clone()), value)
}

fn union(variant: &UnionVariant, value: core::Literal) -> core::Literal {
    scalar_literal(scalar::Value::Union(Box::new(core::Union {
        value: Some(Box::new(value)),
        r#type: Some(variant_to_proto(variant)),
    })))
}

fn scalar_literal(value: scalar::Value) -> core::Literal {
    let scalar = core::Scalar { value: Some(value) };
    core::Literal {
        value: Some(Value::Scalar(Box::new(scalar))),
        ..Default::default()
    }
}

/// Converts a literal to its message.
pub fn to_proto(literal: &Literal) -> core::Literal {
    let primitive = |value| {
        let value = Some(value);
        scalar_literal(scalar::Value::Primitive(core::Primitive { value }))
    };
    let mut proto = match &literal.value {
        LiteralValue::None => scalar_literal(scalar::Value::NoneType(core::Void {})),
        LiteralValue::Integer(value) => primitive(primitive::Value::Integer(*value)),
        LiteralValue::Float(value) => primitive(primitive::Value::FloatValue(*value)),
        LiteralValue::String(value) => primitive(primitive::Value::StringValue(value.clone())),
        LiteralValue::Boolean(value) => primitive(primitive::Value::Boolean(*value)),
        LiteralValue::Datetime { seconds, nanos } => {
            primitive(primitive::Value::Datetime(Timestamp {
                seconds: *seconds,
                nanos: *nanos,
            }))
        }
        LiteralValue::Duration { seconds, nanos } => {
            primitive(primitive::Value::Duration(Duration {
                seconds: *seconds,
                nanos: *nanos,
            }))
        }
        LiteralValue::Msgpack(bytes) => scalar_literal(scalar::Value::Binary(core::Binary {
            value: bytes.clone(),
            tag: MSGPACK.to_owned(),
        })),
        LiteralValue::Binary { bytes, tag } => {
            scalar_literal(scalar::Value::Binary(core::Binary {
                value: bytes.clone(),
                tag: tag.to_string(),
            }))
        }
        LiteralValue::Generic(object) => {
            scalar_literal(scalar::Value::Generic(json_struct::to_proto(object)))
        }
        LiteralValue::Blob(blob) => scalar_literal(scalar::Value::Blob(core::Blob {
            metadata: Some(core::BlobMetadata {
                r#type: Some(blob_type_to_proto(&blob.blob_type)),
            }),
            uri: blob.uri.clone(),
        })),
        LiteralValue::StructuredDataset(dataset) => {
            let dataset = core::StructuredDataset {
                uri: dataset.uri.clone(),
                metadata: Some(core::StructuredDatasetMetadata {
                    structured_dataset_type: Some(dataset_type_to_proto(&dataset.dataset_type)),
                }),
            };
            scalar_literal(scalar::Value::StructuredDataset(Box::new(dataset)))
        }
        LiteralValue::Schema(schema) => scalar_literal(scalar::Value::Schema(core::Schema {
            uri: schema.uri.clone(),
            r#type: Some(schema_type_to_proto(&schema.schema_type)),
        })),
        LiteralValue::Error(error) => scalar_literal(scalar::Value::Error(core::Error {
            failed_node_id: error.failed_node_id.clone(),
            message: error.message.clone(),
        })),
        LiteralValue::Union { variant, value } => union(variant, to_proto(value)),
        LiteralValue::Collection(items) => {
            let literals = items.iter().map(to_proto).collect();
            value_literal(Value::Collection(core::LiteralCollection { literals }))
        }
        LiteralValue::Map(items) => {
            let items = items
                .iter()
                .map(|(key, value)| (key.clone(), to_proto(value)));
            let literals = items.collect();
            value_literal(Value::Map(core::LiteralMap { literals }))
        }
        LiteralValue::Offloaded(offloaded) => {
            let metadata = core::LiteralOffloadedMetadata {
                uri: offloaded.uri.clone(),
                size_bytes: offloaded.size_bytes,
                inferred_type: offloaded.inferred_type.as_ref().map(type_to_proto),
            };
            value_literal(Value::OffloadedMetadata(Box::new(metadata)))
        }
    };
    proto.hash = literal.hash().unwrap_or_default().to_owned();
    let metadata = literal.metadata();
    proto.metadata = metadata
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    proto
}

fn value_literal(value: Value) -> core::Literal {
    core::Literal {
        value: Some(value),
        ..Default::default()
    }
}
