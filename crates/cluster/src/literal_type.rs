//! Types of literals as protobuf.

use std::sync::LazyLock;

use flyte_idl::{
    flyteidl::core::{self, SimpleType, literal_type::Type},
    prost_types::Struct,
};
use serde_json::{Value as Json, json};

use super::json_struct;
use flyte_core::types::{
    BlobDimensionality, BlobType, LiteralType, SchemaType, StructuredDatasetType, UnionVariant,
};

/// flytekit's annotation for every type stored as MessagePack: how a cache must read it.
static MSGPACK: LazyLock<core::TypeAnnotation> = LazyLock::new(|| {
    annotation(&json!({"cache-key-metadata": {"serialization-format": "msgpack"}}))
});

fn annotation(json: &Json) -> core::TypeAnnotation {
    core::TypeAnnotation {
        annotations: Some(object(json)),
    }
}

fn object(json: &Json) -> Struct {
    json.as_object()
        .map(json_struct::schema_to_proto)
        .unwrap_or_default()
}

/// Converts a type to its message.
pub fn type_to_proto(literal_type: &LiteralType) -> core::LiteralType {
    let simple = |simple: SimpleType| Type::Simple(simple.into());
    let mut proto = core::LiteralType::default();
    proto.r#type = Some(match literal_type {
        LiteralType::None => simple(SimpleType::None),
        LiteralType::Integer => simple(SimpleType::Integer),
        LiteralType::Float => simple(SimpleType::Float),
        LiteralType::String => simple(SimpleType::String),
        LiteralType::Boolean => simple(SimpleType::Boolean),
        LiteralType::Datetime | LiteralType::Date => simple(SimpleType::Datetime),
        LiteralType::Duration => simple(SimpleType::Duration),
        LiteralType::Binary => simple(SimpleType::Binary),
        LiteralType::Error => simple(SimpleType::Error),
        LiteralType::Struct(structure) => {
            let fields = structure.fields.iter();
            let fields = fields.map(|f| (f.name.clone(), type_to_proto(&f.literal_type)));
            proto.structure = Some(core::TypeStructure {
                dataclass_type: fields.collect(),
                ..Default::default()
            });
            proto.metadata = Some(object(&structure.json_schema()));
            proto.annotation = Some(MSGPACK.clone());
            simple(SimpleType::Struct)
        }
        LiteralType::AnyStruct => {
            proto.annotation = Some(MSGPACK.clone());
            simple(SimpleType::Struct)
        }
        LiteralType::Blob(blob) => Type::Blob(blob_type_to_proto(blob)),
        LiteralType::StructuredDataset(dataset) => {
            Type::StructuredDatasetType(dataset_type_to_proto(dataset))
        }
        LiteralType::Schema(schema) => Type::Schema(schema_type_to_proto(schema)),
        LiteralType::Enum(values) => Type::EnumType(core::EnumType {
            values: values.values.clone(),
        }),
        LiteralType::Union(variants) => Type::UnionType(core::UnionType {
            variants: variants.iter().map(variant_to_proto).collect(),
        }),
        LiteralType::Collection(element) => Type::CollectionType(Box::new(type_to_proto(element))),
        LiteralType::Map(value) => Type::MapValueType(Box::new(type_to_proto(value))),
        LiteralType::Annotated(annotated) => {
            let mut inner = type_to_proto(&annotated.literal_type);
            if let Some(json) = &annotated.annotation {
                inner.annotation = Some(annotation(json));
            }
            if let Some(json) = &annotated.metadata {
                inner.metadata = Some(object(json));
            }
            return inner;
        }
    });
    proto
}

/// A variant of a union. flytekit writes the tag in place of the structure, so a struct's fields are not written.
pub(super) fn variant_to_proto(variant: &UnionVariant) -> core::LiteralType {
    core::LiteralType {
        structure: Some(core::TypeStructure {
            tag: variant.tag.clone(),
            ..Default::default()
        }),
        ..type_to_proto(&variant.literal_type)
    }
}

pub(super) fn blob_type_to_proto(blob: &BlobType) -> core::BlobType {
    use core::blob_type::BlobDimensionality as Proto;
    let dimensionality = match blob.dimensionality {
        BlobDimensionality::Single => Proto::Single,
        BlobDimensionality::Multipart => Proto::Multipart,
    };
    core::BlobType {
        format: blob.format.clone(),
        dimensionality: dimensionality.into(),
    }
}

pub(super) fn dataset_type_to_proto(
    dataset: &StructuredDatasetType,
) -> core::StructuredDatasetType {
    let columns = dataset.columns.iter();
    let columns = columns.map(|column| core::structured_dataset_type::DatasetColumn {
        name: column.name.clone(),
        literal_type: Some(type_to_proto(&column.literal_type)),
    });
    core::StructuredDatasetType {
        columns: columns.collect(),
        format: dataset.format.clone(),
        external_schema_type: dataset.external_schema_type.clone(),
        external_schema_bytes: dataset.external_schema.clone(),
    }
}

pub(super) fn schema_type_to_proto(schema: &SchemaType) -> core::SchemaType {
    let columns = schema.columns.iter();
    let columns = columns.map(|(name, r#type)| core::schema_type::SchemaColumn {
        name: name.clone(),
        r#type: *r#type,
    });
    core::SchemaType {
        columns: columns.collect(),
    }
}
