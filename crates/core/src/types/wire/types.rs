//! Encodes and decodes types of literals.

use std::sync::LazyLock;

use serde_json::{Map, Value as Json, json};

use super::{
    json::{self as generic, Numbers},
    protobuf::{Field, Message, Reader},
};
use crate::types::{
    AnnotatedType, BlobDimensionality, BlobType, DatasetColumn, EnumType, LiteralType, SchemaType,
    StructType, StructuredDatasetType, TypeError, UnionVariant,
};

/// The numbers of `flyteidl.core.SimpleType`.
const SIMPLE: [(LiteralType, u64); 9] = [
    (LiteralType::None, 0),
    (LiteralType::Integer, 1),
    (LiteralType::Float, 2),
    (LiteralType::String, 3),
    (LiteralType::Boolean, 4),
    (LiteralType::Datetime, 5),
    (LiteralType::Duration, 6),
    (LiteralType::Binary, 7),
    (LiteralType::Error, 8),
];

/// `SimpleType.STRUCT`.
const STRUCT: u64 = 9;

/// flytekit's annotation for every type stored as MessagePack: how a cache must read it.
static MSGPACK: LazyLock<Map<String, Json>> = LazyLock::new(|| {
    object(json!({"cache-key-metadata": {"serialization-format": "msgpack"}})).unwrap_or_default()
});

fn object(json: Json) -> Option<Map<String, Json>> {
    match json {
        Json::Object(object) => Some(object),
        _ => None,
    }
}

/// The annotations of a type.
struct Said {
    metadata: Option<Map<String, Json>>,
    annotation: Option<Map<String, Json>>,
}

impl Said {
    fn by(literal_type: &LiteralType) -> Self {
        let msgpack = || Some(MSGPACK.clone());
        let (metadata, annotation) = match literal_type {
            LiteralType::Struct(structure) => (object(structure.json_schema()), msgpack()),
            LiteralType::AnyStruct => (None, msgpack()),
            LiteralType::Annotated(annotated) => {
                let inner = Self::by(&annotated.literal_type);
                let own = |json: &Option<Json>| json.clone().and_then(object);
                (
                    own(&annotated.metadata).or(inner.metadata),
                    own(&annotated.annotation).or(inner.annotation),
                )
            }
            _ => (None, None),
        };
        Self {
            metadata,
            annotation,
        }
    }
}

/// The bytes of a type (`flyteidl.core.LiteralType`); equal types have equal bytes.
pub fn encode_type(literal_type: &LiteralType) -> Vec<u8> {
    Message::of(|message| write(message, literal_type))
}

pub(super) fn write(message: &mut Message, literal_type: &LiteralType) {
    write_tagged(message, literal_type, None);
}

/// Writes a variant of a union. flytekit writes the tag in place of the structure, so a struct's fields are not written
/// here.
pub(super) fn write_variant(message: &mut Message, variant: &UnionVariant) {
    write_tagged(message, &variant.literal_type, Some(&variant.tag));
}

fn write_tagged(message: &mut Message, literal_type: &LiteralType, tag: Option<&str>) {
    let mut plain = literal_type;
    while let LiteralType::Annotated(annotated) = plain {
        plain = &annotated.literal_type;
    }
    let said = Said::by(literal_type);
    // In the order of the field numbers, with the annotations in between.
    let (metadata, annotation) = (said.metadata, said.annotation);
    let write_metadata = |message: &mut Message| {
        if let Some(metadata) = &metadata {
            message.message(6, |message| generic::write(message, metadata, Numbers::Any));
        }
    };
    let write_annotation = |message: &mut Message| {
        if let Some(annotation) = &annotation {
            message.message(9, |message| {
                message.message(1, |message| {
                    generic::write(message, annotation, Numbers::Any);
                });
            });
        }
    };
    let is_late = match plain {
        LiteralType::Enum(_) | LiteralType::StructuredDataset(_) => {
            write_metadata(message);
            write_kind(message, plain);
            write_annotation(message);
            true
        }
        LiteralType::Union(_) => {
            write_metadata(message);
            write_annotation(message);
            write_kind(message, plain);
            true
        }
        _ => false,
    };
    if !is_late {
        write_kind(message, plain);
        write_metadata(message);
        write_annotation(message);
    }
    match (tag, plain) {
        (Some(tag), _) => message.message(11, |message| message.bytes(1, tag)),
        (None, LiteralType::Struct(structure)) => message.message(11, |message| {
            let fields = structure.fields.iter();
            let fields: Vec<_> = fields
                .map(|field| (&field.name, &field.literal_type))
                .collect();
            message.map(2, fields, write);
        }),
        _ => {}
    }
}

/// Writes the field for the type itself.
fn write_kind(message: &mut Message, literal_type: &LiteralType) {
    match literal_type {
        LiteralType::Struct(_) | LiteralType::AnyStruct => message.present_varint(1, STRUCT),
        LiteralType::Schema(schema) => message.message(2, |message| write_schema(message, schema)),
        LiteralType::Collection(element) => message.message(3, |message| write(message, element)),
        LiteralType::Map(value) => message.message(4, |message| write(message, value)),
        LiteralType::Blob(blob) => message.message(5, |message| write_blob(message, blob)),
        LiteralType::Enum(values) => message.message(7, |message| {
            for value in &values.values {
                message.present(1, value.as_bytes());
            }
        }),
        LiteralType::StructuredDataset(dataset) => {
            message.message(8, |message| write_dataset(message, dataset));
        }
        LiteralType::Union(variants) => message.message(10, |message| {
            for variant in variants {
                message.message(1, |message| write_variant(message, variant));
            }
        }),
        // Annotations are removed before.
        LiteralType::Annotated(annotated) => write_kind(message, &annotated.literal_type),
        simple => {
            // On the wire a date is a datetime.
            let simple = match simple {
                LiteralType::Date => &LiteralType::Datetime,
                simple => simple,
            };
            let number = SIMPLE.iter().find(|(known, _)| known == simple);
            message.present_varint(1, number.map_or(STRUCT, |(_, number)| *number));
        }
    }
}

pub(super) fn write_blob(message: &mut Message, blob: &BlobType) {
    message.bytes(1, &blob.format);
    message.varint(
        2,
        match blob.dimensionality {
            BlobDimensionality::Single => 0,
            BlobDimensionality::Multipart => 1,
        },
    );
}

pub(super) fn write_dataset(message: &mut Message, dataset: &StructuredDatasetType) {
    for column in &dataset.columns {
        message.message(1, |message| {
            message.bytes(1, &column.name);
            message.message(2, |message| write(message, &column.literal_type));
        });
    }
    message.bytes(2, &dataset.format);
    message.bytes(3, &dataset.external_schema_type);
    message.bytes(4, &dataset.external_schema);
}

pub(super) fn write_schema(message: &mut Message, schema: &SchemaType) {
    for (name, kind) in &schema.columns {
        message.message(3, |message| {
            message.bytes(1, name);
            // Protobuf writes a negative enum number as 64 bits.
            message.varint(2, i64::from(*kind) as u64);
        });
    }
}

/// Decodes a type.
///
/// # Errors
///
/// When the bytes are not a type, end too early or nest more than a hundred messages.
pub fn decode_type(bytes: &[u8]) -> Result<LiteralType, TypeError> {
    read(Reader::new("a type", bytes))
}

pub(crate) fn read(reader: Reader<'_>) -> Result<LiteralType, TypeError> {
    Ok(read_tagged(reader)?.literal_type)
}

/// Reads a variant of a union; a plain type has an empty tag.
pub(super) fn read_variant(reader: Reader<'_>) -> Result<UnionVariant, TypeError> {
    read_tagged(reader)
}

fn read_tagged(mut reader: Reader<'_>) -> Result<UnionVariant, TypeError> {
    let (mut literal_type, mut fields, mut tag) = (None, Vec::new(), String::new());
    let (mut metadata, mut annotation) = (None, None);
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => literal_type = Some(read_simple(field)?),
            2 => {
                literal_type = Some(LiteralType::Schema(read_schema(
                    field.message("a schema")?,
                )?));
            }
            3 => literal_type = Some(LiteralType::collection(read(field.message("a type")?)?)),
            4 => literal_type = Some(LiteralType::map(read(field.message("a type")?)?)),
            5 => literal_type = Some(LiteralType::Blob(read_blob(field.message("a blob type")?)?)),
            6 => {
                metadata = Some(generic::read(
                    field.message("metadata of a type")?,
                    Numbers::Any,
                )?);
            }
            7 => literal_type = Some(read_enum(field)?),
            8 => {
                let dataset = read_dataset(field.message("the type of a structured dataset")?)?;
                literal_type = Some(LiteralType::StructuredDataset(dataset));
            }
            9 => annotation = read_annotation(field)?,
            10 => literal_type = Some(read_union(field)?),
            11 => (tag, fields) = read_structure(field)?,
            _ => {}
        }
    }
    let literal_type = match literal_type {
        Some(LiteralType::AnyStruct) => read_struct(metadata.as_ref(), fields),
        Some(literal_type) => literal_type,
        None => return Err(reader.empty()),
    };
    Ok(UnionVariant::tagged(
        tag,
        annotated(literal_type, metadata, annotation),
    ))
}

fn read_simple(field: Field<'_>) -> Result<LiteralType, TypeError> {
    let number = field.number("a simple type")?;
    if number == STRUCT {
        return Ok(LiteralType::AnyStruct);
    }
    match SIMPLE.iter().find(|(_, known)| *known == number) {
        Some((literal_type, _)) => Ok(literal_type.clone()),
        None => Err(Reader::new("a simple type", &[]).empty()),
    }
}

/// Keeps annotations that do not follow from the type.
fn annotated(
    literal_type: LiteralType,
    metadata: Option<Map<String, Json>>,
    annotation: Option<Map<String, Json>>,
) -> LiteralType {
    if metadata.is_none() && annotation.is_none() {
        return literal_type;
    }
    let plain = Said::by(&literal_type);
    let written = |object: Option<Map<String, Json>>| {
        object.map(|object| generic::written(&object).unwrap_or(object))
    };
    if written(plain.metadata) == metadata && written(plain.annotation) == annotation {
        return literal_type;
    }
    let mut said = AnnotatedType::new(literal_type, annotation.map(Json::Object));
    if let Some(metadata) = metadata {
        said = said.with_metadata(Json::Object(metadata));
    }
    LiteralType::Annotated(Box::new(said))
}

/// A dataclass if there is a schema, otherwise any struct.
fn read_struct(
    metadata: Option<&Map<String, Json>>,
    fields: Vec<(String, LiteralType)>,
) -> LiteralType {
    let schema = metadata.filter(|schema| schema.get("title").is_some_and(Json::is_string));
    let Some(schema) = schema else {
        return LiteralType::AnyStruct;
    };
    let mut structure = StructType::from_json_schema(&Json::Object(schema.clone()));
    for (name, literal_type) in fields {
        if let Some(field) = structure.fields.iter_mut().find(|field| field.name == name) {
            field.literal_type = literal_type;
        }
    }
    LiteralType::Struct(structure)
}

/// Reads the tag of a variant and the types of a dataclass's fields.
fn read_structure(field: Field<'_>) -> Result<(String, Vec<(String, LiteralType)>), TypeError> {
    let mut reader = field.message("the structure of a type")?;
    let (mut tag, mut fields) = (String::new(), Vec::new());
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => tag = field.text("the tag of a type")?,
            2 => {
                let (name, literal_type) = field.entry("a field of a struct")?;
                let Some(literal_type) = literal_type else {
                    return Err(reader.empty());
                };
                fields.push((name.into_owned(), read(literal_type.message("a type")?)?));
            }
            _ => {}
        }
    }
    Ok((tag, fields))
}

fn read_annotation(field: Field<'_>) -> Result<Option<Map<String, Json>>, TypeError> {
    let mut reader = field.message("an annotation of a type")?;
    let mut annotation = None;
    while let Some((number, field)) = reader.next()? {
        if number == 1 {
            annotation = Some(generic::read(
                field.message("an annotation of a type")?,
                Numbers::Any,
            )?);
        }
    }
    Ok(annotation)
}

fn read_enum(field: Field<'_>) -> Result<LiteralType, TypeError> {
    let mut reader = field.message("an enum type")?;
    let mut values = Vec::new();
    while let Some((number, field)) = reader.next()? {
        if number == 1 {
            values.push(field.text("a value of an enum")?);
        }
    }
    Ok(LiteralType::Enum(EnumType::new(values)))
}

fn read_union(field: Field<'_>) -> Result<LiteralType, TypeError> {
    let mut reader = field.message("a union type")?;
    let mut variants = Vec::new();
    while let Some((number, field)) = reader.next()? {
        if number == 1 {
            variants.push(read_variant(field.message("a type")?)?);
        }
    }
    Ok(LiteralType::Union(variants))
}

pub(super) fn read_blob(mut reader: Reader<'_>) -> Result<BlobType, TypeError> {
    let (mut format, mut is_directory) = (String::new(), false);
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => format = field.text("the format of a blob")?,
            2 => is_directory = field.number("the dimensionality of a blob")? == 1,
            _ => {}
        }
    }
    Ok(if is_directory {
        BlobType::multipart(format)
    } else {
        BlobType::single(format)
    })
}

pub(super) fn read_dataset(mut reader: Reader<'_>) -> Result<StructuredDatasetType, TypeError> {
    let mut dataset = StructuredDatasetType::default();
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => dataset.columns.push(read_column(field)?),
            2 => dataset.format = field.text("the format of a structured dataset")?,
            3 => dataset.external_schema_type = field.text("the kind of an external schema")?,
            4 => dataset.external_schema = field.bytes("an external schema")?.to_vec(),
            _ => {}
        }
    }
    Ok(dataset)
}

fn read_column(field: Field<'_>) -> Result<DatasetColumn, TypeError> {
    let mut reader = field.message("a column")?;
    let (mut name, mut literal_type) = (String::new(), None);
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => name = field.text("the name of a column")?,
            2 => literal_type = Some(read(field.message("a type")?)?),
            _ => {}
        }
    }
    match literal_type {
        Some(literal_type) => Ok(DatasetColumn::new(name, literal_type)),
        None => Err(Reader::new("the type of a column", &[])
            .empty()
            .at(format!("[{name:?}]"))),
    }
}

pub(super) fn read_schema(mut reader: Reader<'_>) -> Result<SchemaType, TypeError> {
    let mut schema = SchemaType::default();
    while let Some((number, field)) = reader.next()? {
        if number != 3 {
            continue;
        }
        let mut column = field.message("a column")?;
        let (mut name, mut kind) = (String::new(), 0);
        while let Some((number, field)) = column.next()? {
            match number {
                1 => name = field.text("the name of a column")?,
                2 => kind = field.number("the type of a column")? as i32,
                _ => {}
            }
        }
        schema.columns.push((name, kind));
    }
    Ok(schema)
}
