//! Types of literals as protobuf.

use std::sync::LazyLock;

use flyte_idl::{
    flyteidl::core::{self, SimpleType, literal_type::Type},
    prost::Message,
    prost_types::Struct,
};
use serde_json::{Value as Json, json};

use super::{json_struct, literal::empty};
use crate::types::{
    AnnotatedType, BlobDimensionality, BlobType, DatasetColumn, EnumType, LiteralType, SchemaType,
    StructType, StructuredDatasetType, TypeError, UnionVariant,
};

/// What flytekit says of every type that is stored as MessagePack: how a cache has to read it.
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
        .map(json_struct::to_proto)
        .unwrap_or_default()
}

/// A type as the message.
pub fn type_to_proto(literal_type: &LiteralType) -> core::LiteralType {
    let simple = |simple: SimpleType| Type::Simple(simple.into());
    let mut proto = core::LiteralType::default();
    proto.r#type = Some(match literal_type {
        LiteralType::None => simple(SimpleType::None),
        LiteralType::Integer => simple(SimpleType::Integer),
        LiteralType::Float => simple(SimpleType::Float),
        LiteralType::String => simple(SimpleType::String),
        LiteralType::Boolean => simple(SimpleType::Boolean),
        LiteralType::Datetime => simple(SimpleType::Datetime),
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

/// A variant of a union. flytekit puts the tag in the place of the structure, so a struct's fields are not said here.
pub(super) fn variant_to_proto(variant: &UnionVariant) -> core::LiteralType {
    core::LiteralType {
        structure: Some(core::TypeStructure {
            tag: variant.tag.clone(),
            ..Default::default()
        }),
        ..type_to_proto(&variant.literal_type)
    }
}

/// The type that a message is.
///
/// # Errors
///
/// When it is none, or one that this release does not know.
pub fn type_from_proto(proto: core::LiteralType) -> Result<LiteralType, TypeError> {
    let literal_type = match &proto.r#type {
        Some(Type::Simple(simple)) => match SimpleType::try_from(*simple) {
            Ok(SimpleType::None) => LiteralType::None,
            Ok(SimpleType::Integer) => LiteralType::Integer,
            Ok(SimpleType::Float) => LiteralType::Float,
            Ok(SimpleType::String) => LiteralType::String,
            Ok(SimpleType::Boolean) => LiteralType::Boolean,
            Ok(SimpleType::Datetime) => LiteralType::Datetime,
            Ok(SimpleType::Duration) => LiteralType::Duration,
            Ok(SimpleType::Binary) => LiteralType::Binary,
            Ok(SimpleType::Error) => LiteralType::Error,
            Ok(SimpleType::Struct) => struct_from_proto(&proto)?,
            Err(_) => return Err(empty("a simple type")),
        },
        Some(Type::Schema(schema)) => LiteralType::Schema(schema_type_from_proto(schema.clone())),
        Some(Type::CollectionType(element)) => {
            LiteralType::collection(type_from_proto((**element).clone())?)
        }
        Some(Type::MapValueType(value)) => LiteralType::map(type_from_proto((**value).clone())?),
        Some(Type::Blob(blob)) => LiteralType::Blob(blob_type_from_proto(blob.clone())),
        Some(Type::EnumType(values)) => LiteralType::Enum(EnumType::new(values.values.clone())),
        Some(Type::StructuredDatasetType(dataset)) => {
            LiteralType::StructuredDataset(dataset_type_from_proto(dataset.clone())?)
        }
        Some(Type::UnionType(union)) => {
            let variants = union.variants.iter().cloned().map(variant_from_proto);
            LiteralType::Union(variants.collect::<Result<_, _>>()?)
        }
        None => return Err(empty("a type")),
    };
    annotated(literal_type, proto)
}

/// Keeps what the message says and does not follow from the type.
fn annotated(
    literal_type: LiteralType,
    proto: core::LiteralType,
) -> Result<LiteralType, TypeError> {
    if proto.metadata.is_none() && proto.annotation.is_none() {
        return Ok(literal_type);
    }
    let plain = type_to_proto(&literal_type);
    if plain.metadata == proto.metadata && plain.annotation == proto.annotation {
        return Ok(literal_type);
    }
    let json = |object| json_struct::from_proto(object).map(Json::Object);
    let annotation = proto
        .annotation
        .and_then(|annotation| annotation.annotations);
    let mut annotated = AnnotatedType::new(literal_type, annotation.map(json).transpose()?);
    if let Some(metadata) = proto.metadata {
        annotated = annotated.with_metadata(json(metadata)?);
    }
    Ok(LiteralType::Annotated(Box::new(annotated)))
}

/// A dataclass where there is a schema, else any struct.
fn struct_from_proto(proto: &core::LiteralType) -> Result<LiteralType, TypeError> {
    let Some(metadata) = &proto.metadata else {
        return Ok(LiteralType::AnyStruct);
    };
    let schema = Json::Object(json_struct::from_proto(metadata.clone())?);
    if schema.get("title").and_then(Json::as_str).is_none() {
        return Ok(LiteralType::AnyStruct);
    }
    let mut structure = StructType::from_json_schema(&schema);
    let types = proto
        .structure
        .iter()
        .flat_map(|structure| &structure.dataclass_type);
    for (name, field_type) in types {
        if let Some(field) = structure
            .fields
            .iter_mut()
            .find(|field| field.name == *name)
        {
            field.literal_type = type_from_proto(field_type.clone())?;
        }
    }
    Ok(LiteralType::Struct(structure))
}

pub(super) fn variant_from_proto(proto: core::LiteralType) -> Result<UnionVariant, TypeError> {
    let tag = proto
        .structure
        .as_ref()
        .map(|structure| structure.tag.clone());
    Ok(UnionVariant::tagged(
        tag.unwrap_or_default(),
        type_from_proto(proto)?,
    ))
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

pub(super) fn blob_type_from_proto(proto: core::BlobType) -> BlobType {
    match proto.dimensionality() {
        core::blob_type::BlobDimensionality::Single => BlobType::single(proto.format),
        core::blob_type::BlobDimensionality::Multipart => BlobType::multipart(proto.format),
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

pub(super) fn dataset_type_from_proto(
    proto: core::StructuredDatasetType,
) -> Result<StructuredDatasetType, TypeError> {
    let columns = proto
        .columns
        .into_iter()
        .map(|column| match column.literal_type {
            Some(literal_type) => Ok(DatasetColumn::new(
                column.name,
                type_from_proto(literal_type)?,
            )),
            None => Err(empty("the type of a column").at(format!("[{:?}]", column.name))),
        });
    let mut dataset =
        StructuredDatasetType::new(columns.collect::<Result<_, TypeError>>()?, proto.format);
    dataset.external_schema_type = proto.external_schema_type;
    dataset.external_schema = proto.external_schema_bytes;
    Ok(dataset)
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

pub(super) fn schema_type_from_proto(proto: core::SchemaType) -> SchemaType {
    let columns = proto.columns.into_iter();
    SchemaType {
        columns: columns.map(|column| (column.name, column.r#type)).collect(),
    }
}

/// The bytes of a type (`flyteidl.core.LiteralType`); equal types have equal bytes.
pub fn encode_type(literal_type: &LiteralType) -> Vec<u8> {
    type_to_proto(literal_type).encode_to_vec()
}

/// The type that bytes hold.
///
/// # Errors
///
/// When they are none, end too early or lie more than a hundred messages deep in one another.
pub fn decode_type(bytes: &[u8]) -> Result<LiteralType, TypeError> {
    match core::LiteralType::decode(bytes) {
        Ok(proto) => type_from_proto(proto),
        Err(error) => Err(TypeError::Malformed {
            what: "a type".to_owned(),
            reason: error.to_string(),
        }),
    }
}
