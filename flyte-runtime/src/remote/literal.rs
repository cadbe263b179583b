//! Literals as protobuf: [`to_proto`] and [`from_proto`], and the bytes of `inputs.pb` and `outputs.pb`.
//!
//! Flyte 1 and Flyte 2 write the same bytes. Whatever the bytes are, reading them ends in a value or an error: nesting
//! beyond what protobuf implementations read (100 messages) is an error, and lengths are checked against what is there.

use std::collections::BTreeMap;

use flyte_idl::{
    flyteidl::core::{self, literal::Value, primitive, scalar},
    prost::Message,
    prost_types::{Duration, Timestamp},
};

pub use super::encode::{encode, encode_map};
use super::{
    json_struct,
    literal_type::{
        blob_type_from_proto, blob_type_to_proto, dataset_type_from_proto, dataset_type_to_proto,
        schema_type_from_proto, schema_type_to_proto, type_from_proto, type_to_proto,
        variant_from_proto, variant_to_proto,
    },
};
use crate::types::{
    Blob, BlobType, FlyteError, Literal, LiteralType, LiteralValue, Offloaded, SchemaLiteral,
    StructuredDatasetLiteral, TypeError, UnionVariant,
};

/// The tag of MessagePack in `scalar.binary`.
pub(super) const MSGPACK: &str = "msgpack";

/// The absence of a value.
pub fn none() -> core::Literal {
    to_proto(&Literal::NONE)
}

/// A value as the variant of a union that its type is.
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

/// A literal as the message.
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
            scalar_literal(scalar::Value::StructuredDataset(core::StructuredDataset {
                uri: dataset.uri.clone(),
                metadata: Some(core::StructuredDatasetMetadata {
                    structured_dataset_type: Some(dataset_type_to_proto(&dataset.dataset_type)),
                }),
            }))
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
            value_literal(Value::OffloadedMetadata(core::LiteralOffloadedMetadata {
                uri: offloaded.uri.clone(),
                size_bytes: offloaded.size_bytes,
                inferred_type: offloaded.inferred_type.as_ref().map(type_to_proto),
            }))
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

/// The literal that a message is.
///
/// # Errors
///
/// When it has no value, or one of a kind that this release does not know; the error says at which place.
pub fn from_proto(proto: core::Literal) -> Result<Literal, TypeError> {
    let value = match proto.value {
        Some(Value::Scalar(scalar)) => scalar_value(*scalar)?,
        Some(Value::Collection(collection)) => {
            let items = collection
                .literals
                .into_iter()
                .enumerate()
                .map(|(index, item)| {
                    from_proto(item).map_err(|error| error.at(format!("[{index}]")))
                });
            LiteralValue::Collection(items.collect::<Result<_, _>>()?)
        }
        Some(Value::Map(map)) => {
            let items = map
                .literals
                .into_iter()
                .map(|(key, item)| match from_proto(item) {
                    Ok(item) => Ok((key, item)),
                    Err(error) => Err(error.at(format!("[{key:?}]"))),
                });
            LiteralValue::Map(items.collect::<Result<_, _>>()?)
        }
        Some(Value::OffloadedMetadata(offloaded)) => {
            let inferred = offloaded.inferred_type.map(type_from_proto).transpose()?;
            let offloaded = Offloaded::new(offloaded.uri, offloaded.size_bytes, inferred);
            LiteralValue::Offloaded(Box::new(offloaded))
        }
        None => return Err(empty("a literal")),
    };
    let mut literal = Literal::from(value);
    if !proto.hash.is_empty() {
        literal = literal.with_hash(proto.hash);
    }
    for (key, value) in proto.metadata {
        literal = literal.with_metadata(key, value);
    }
    Ok(literal)
}

fn scalar_value(scalar: core::Scalar) -> Result<LiteralValue, TypeError> {
    Ok(match scalar.value {
        Some(scalar::Value::Primitive(primitive)) => match primitive.value {
            Some(primitive::Value::Integer(value)) => LiteralValue::Integer(value),
            Some(primitive::Value::FloatValue(value)) => LiteralValue::Float(value),
            Some(primitive::Value::StringValue(value)) => LiteralValue::String(value),
            Some(primitive::Value::Boolean(value)) => LiteralValue::Boolean(value),
            Some(primitive::Value::Datetime(time)) => LiteralValue::Datetime {
                seconds: time.seconds,
                nanos: time.nanos,
            },
            Some(primitive::Value::Duration(duration)) => LiteralValue::Duration {
                seconds: duration.seconds,
                nanos: duration.nanos,
            },
            None => return Err(empty("a primitive")),
        },
        Some(scalar::Value::Blob(blob)) => {
            let blob_type = blob.metadata.and_then(|metadata| metadata.r#type);
            let blob_type = blob_type.map_or_else(BlobType::default, blob_type_from_proto);
            LiteralValue::Blob(Box::new(Blob::new(blob.uri, blob_type)))
        }
        Some(scalar::Value::Binary(binary)) => match binary.tag.as_str() {
            MSGPACK => LiteralValue::Msgpack(binary.value),
            _ => LiteralValue::Binary {
                bytes: binary.value,
                tag: binary.tag.into(),
            },
        },
        Some(scalar::Value::Schema(schema)) => {
            let schema_type = schema
                .r#type
                .map(schema_type_from_proto)
                .unwrap_or_default();
            LiteralValue::Schema(Box::new(SchemaLiteral::new(schema.uri, schema_type)))
        }
        Some(scalar::Value::NoneType(_)) => LiteralValue::None,
        Some(scalar::Value::Error(error)) => LiteralValue::Error(Box::new(FlyteError::new(
            error.failed_node_id,
            error.message,
        ))),
        Some(scalar::Value::Generic(object)) => {
            LiteralValue::Generic(json_struct::from_proto(object)?)
        }
        Some(scalar::Value::StructuredDataset(dataset)) => {
            let metadata = dataset
                .metadata
                .and_then(|metadata| metadata.structured_dataset_type);
            let dataset_type = metadata.map(dataset_type_from_proto).transpose()?;
            let dataset =
                StructuredDatasetLiteral::new(dataset.uri, dataset_type.unwrap_or_default());
            LiteralValue::StructuredDataset(Box::new(dataset))
        }
        Some(scalar::Value::Union(union)) => {
            let (Some(value), Some(variant)) = (union.value, union.r#type) else {
                return Err(empty("a union"));
            };
            LiteralValue::Union {
                variant: Box::new(variant_from_proto(variant)?),
                value: Box::new(from_proto(*value)?),
            }
        }
        None => return Err(empty("a scalar")),
    })
}

pub(super) fn empty(what: &str) -> TypeError {
    TypeError::Malformed {
        what: what.to_owned(),
        reason: "it is empty, or of a kind that this release does not know".to_owned(),
    }
}

fn malformed(what: &str, error: flyte_idl::prost::DecodeError) -> TypeError {
    TypeError::Malformed {
        what: what.to_owned(),
        reason: error.to_string(),
    }
}

/// The literal that bytes hold.
///
/// # Errors
///
/// When they are no literal, end too early or lie more than a hundred messages deep in one another.
pub fn decode(bytes: &[u8]) -> Result<Literal, TypeError> {
    let proto = core::Literal::decode(bytes);
    from_proto(proto.map_err(|error| malformed("a literal", error))?)
}

/// The named literals that the bytes of `inputs.pb` or `outputs.pb` hold.
///
/// # Errors
///
/// As [`decode`]; where one literal is wrong, the error names it.
pub fn decode_map(bytes: &[u8]) -> Result<BTreeMap<String, Literal>, TypeError> {
    let map =
        core::LiteralMap::decode(bytes).map_err(|error| malformed("named literals", error))?;
    let literals = map.literals.into_iter();
    let literals = literals.map(|(name, proto)| match from_proto(proto) {
        Ok(literal) => Ok((name, literal)),
        Err(error) => Err(error.at(format!("`{name}`"))),
    });
    literals.collect()
}
