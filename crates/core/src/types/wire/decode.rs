//! Decodes literals.

use std::collections::BTreeMap;

use super::{
    MSGPACK, json,
    protobuf::{Field, Reader},
    types,
};
use crate::types::{
    Blob, BlobType, FlyteError, Literal, LiteralValue, Offloaded, SchemaLiteral, SchemaType,
    StructuredDatasetLiteral, StructuredDatasetType, TypeError,
};

/// Decodes a literal.
///
/// # Errors
///
/// When the bytes are not a literal, end too early or nest more than a hundred messages.
pub fn decode(bytes: &[u8]) -> Result<Literal, TypeError> {
    read(Reader::new(LITERAL, bytes))
}

/// Decodes the named literals in the bytes of `inputs.pb` or `outputs.pb`.
///
/// # Errors
///
/// As [`decode`]; the error names the literal that is wrong.
pub fn decode_map(bytes: &[u8]) -> Result<BTreeMap<String, Literal>, TypeError> {
    read_map(Reader::new("named literals", bytes), |name| {
        format!("`{name}`")
    })
}

/// Decodes the context that Flyte 2 adds to `inputs.pb`, `flyteidl2.task.Inputs.context`; the inputs are where Flyte 1
/// has them.
pub fn decode_context(bytes: &[u8]) -> Result<BTreeMap<String, String>, TypeError> {
    const ENTRY: &str = "an entry of the context";
    let mut reader = Reader::new("inputs", bytes);
    let mut entries = BTreeMap::new();
    while let Some((number, field)) = reader.next()? {
        if number == 2 {
            let (key, value) = field.entry(ENTRY)?;
            let value = value.map(|value| value.text(ENTRY)).transpose()?;
            entries.insert(key.into_owned(), value.unwrap_or_default());
        }
    }
    Ok(entries)
}

/// The name of literals in errors.
const LITERAL: &str = "a literal";
const SCALAR: &str = "a scalar";
const PRIMITIVE: &str = "a primitive";

/// A literal without a value.
fn empty() -> TypeError {
    Reader::new(LITERAL, &[]).empty()
}

pub(crate) fn read(mut reader: Reader<'_>) -> Result<Literal, TypeError> {
    let (mut value, mut hash, mut metadata) = (None, String::new(), Vec::new());
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => value = Some(read_scalar(field.message(SCALAR)?)?),
            2 => value = Some(read_collection(field.message("a collection")?)?),
            3 => {
                let items = read_map(field.message("a map")?, |key| format!("[{key:?}]"))?;
                value = Some(LiteralValue::Map(items));
            }
            4 => hash = field.text("the hash of a literal")?,
            5 => {
                let (key, text) = field.entry("metadata of a literal")?;
                let text = text.map(|text| text.text("metadata of a literal"));
                metadata.push((key, text.transpose()?.unwrap_or_default()));
            }
            8 => value = Some(read_offloaded(field.message("an offloaded literal")?)?),
            _ => {}
        }
    }
    let mut literal = Literal::from(value.ok_or_else(empty)?);
    if !hash.is_empty() {
        literal = literal.with_hash(hash);
    }
    for (key, text) in metadata {
        literal = literal.with_metadata(key, text);
    }
    Ok(literal)
}

fn read_collection(mut reader: Reader<'_>) -> Result<LiteralValue, TypeError> {
    let mut items = Vec::new();
    while let Some((number, field)) = reader.next()? {
        if number == 1 {
            let item = field.message(LITERAL).and_then(read);
            let item = item.map_err(|error| error.at(format!("[{}]", items.len())))?;
            items.push(item);
        }
    }
    Ok(LiteralValue::Collection(items))
}

fn read_map(
    mut reader: Reader<'_>,
    place: impl Fn(&str) -> String,
) -> Result<BTreeMap<String, Literal>, TypeError> {
    let mut items = BTreeMap::new();
    while let Some((number, field)) = reader.next()? {
        if number == 1 {
            let (key, value) = field.entry("an entry of a map")?;
            let item = match value {
                Some(value) => value.message(LITERAL).and_then(read),
                None => Err(empty()),
            };
            let item = item.map_err(|error| error.at(place(&key)))?;
            items.insert(key.into_owned(), item);
        }
    }
    Ok(items)
}

fn read_scalar(mut reader: Reader<'_>) -> Result<LiteralValue, TypeError> {
    let mut value = None;
    while let Some((number, field)) = reader.next()? {
        value = Some(match number {
            1 => read_primitive(field.message(PRIMITIVE)?)?,
            2 => read_blob(field.message("a blob")?)?,
            3 => read_binary(field.message("bytes")?)?,
            4 => read_schema(field.message("a schema")?)?,
            5 => {
                field.message("none")?;
                LiteralValue::None
            }
            6 => read_error(field.message("an error")?)?,
            7 => LiteralValue::Generic(json::read(
                field.message("a generic struct")?,
                json::Numbers::Finite,
            )?),
            8 => read_dataset(field.message("a structured dataset")?)?,
            9 => read_union(field.message("a union")?)?,
            _ => continue,
        });
    }
    value.ok_or_else(|| reader.empty())
}

fn read_primitive(mut reader: Reader<'_>) -> Result<LiteralValue, TypeError> {
    let mut value = None;
    while let Some((number, field)) = reader.next()? {
        value = Some(match number {
            1 => LiteralValue::Integer(field.number("an integer")? as i64),
            2 => LiteralValue::Float(field.double("a float")?),
            3 => LiteralValue::String(field.text("a string")?),
            4 => LiteralValue::Boolean(field.number("a boolean")? != 0),
            5 => {
                let (seconds, nanos) = read_time(field, "a datetime")?;
                LiteralValue::Datetime { seconds, nanos }
            }
            6 => {
                let (seconds, nanos) = read_time(field, "a duration")?;
                LiteralValue::Duration { seconds, nanos }
            }
            _ => continue,
        });
    }
    value.ok_or_else(|| reader.empty())
}

fn read_time(field: Field<'_>, what: &'static str) -> Result<(i64, i32), TypeError> {
    let mut reader = field.message(what)?;
    let (mut seconds, mut nanos) = (0, 0);
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => seconds = field.number(what)? as i64,
            2 => nanos = field.number(what)? as i32,
            _ => {}
        }
    }
    Ok((seconds, nanos))
}

fn read_blob(mut reader: Reader<'_>) -> Result<LiteralValue, TypeError> {
    let (mut uri, mut blob_type) = (String::new(), BlobType::default());
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => {
                let mut metadata = field.message("metadata of a blob")?;
                while let Some((number, field)) = metadata.next()? {
                    if number == 1 {
                        blob_type = types::read_blob(field.message("a blob type")?)?;
                    }
                }
            }
            3 => uri = field.text("the uri of a blob")?,
            _ => {}
        }
    }
    Ok(LiteralValue::Blob(Box::new(Blob::new(uri, blob_type))))
}

fn read_binary(mut reader: Reader<'_>) -> Result<LiteralValue, TypeError> {
    let (mut bytes, mut tag) = (Vec::new(), String::new());
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => bytes = field.bytes("bytes")?.to_vec(),
            2 => tag = field.text("the tag of bytes")?,
            _ => {}
        }
    }
    Ok(match tag.as_str() {
        MSGPACK => LiteralValue::Msgpack(bytes),
        _ => LiteralValue::Binary {
            bytes,
            tag: tag.into(),
        },
    })
}

fn read_schema(mut reader: Reader<'_>) -> Result<LiteralValue, TypeError> {
    let (mut uri, mut schema) = (String::new(), SchemaType::default());
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => uri = field.text("the uri of a schema")?,
            3 => schema = types::read_schema(field.message("a schema type")?)?,
            _ => {}
        }
    }
    let schema = SchemaLiteral::new(uri, schema);
    Ok(LiteralValue::Schema(Box::new(schema)))
}

fn read_error(mut reader: Reader<'_>) -> Result<LiteralValue, TypeError> {
    let (mut node, mut message) = (String::new(), String::new());
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => node = field.text("the node of an error")?,
            2 => message = field.text("the message of an error")?,
            _ => {}
        }
    }
    Ok(LiteralValue::Error(Box::new(FlyteError::new(
        node, message,
    ))))
}

fn read_dataset(mut reader: Reader<'_>) -> Result<LiteralValue, TypeError> {
    let (mut uri, mut dataset) = (String::new(), StructuredDatasetType::default());
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => uri = field.text("the uri of a structured dataset")?,
            2 => {
                let mut metadata = field.message("metadata of a structured dataset")?;
                while let Some((number, field)) = metadata.next()? {
                    if number == 1 {
                        let field = field.message("the type of a structured dataset")?;
                        dataset = types::read_dataset(field)?;
                    }
                }
            }
            _ => {}
        }
    }
    let dataset = StructuredDatasetLiteral::new(uri, dataset);
    Ok(LiteralValue::StructuredDataset(Box::new(dataset)))
}

fn read_union(mut reader: Reader<'_>) -> Result<LiteralValue, TypeError> {
    let (mut value, mut variant) = (None, None);
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => value = Some(read(field.message(LITERAL)?)?),
            2 => variant = Some(types::read_variant(field.message("a type")?)?),
            _ => {}
        }
    }
    match (value, variant) {
        (Some(value), Some(variant)) => Ok(LiteralValue::Union {
            variant: Box::new(variant),
            value: Box::new(value),
        }),
        _ => Err(reader.empty()),
    }
}

fn read_offloaded(mut reader: Reader<'_>) -> Result<LiteralValue, TypeError> {
    let (mut uri, mut size, mut inferred) = (String::new(), 0, None);
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => uri = field.text("the uri of an offloaded literal")?,
            2 => size = field.number("the size of an offloaded literal")?,
            3 => inferred = Some(types::read(field.message("a type")?)?),
            _ => {}
        }
    }
    let offloaded = Offloaded::new(uri, size, inferred);
    Ok(LiteralValue::Offloaded(Box::new(offloaded)))
}
