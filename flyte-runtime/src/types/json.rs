//! Literals as JSON: the form people type at a command line and read back.

use serde_json::{Value as Json, json};

use super::{
    FlyteError, Literal, LiteralType, LiteralValue, MsgpackWriter, StructType,
    StructuredDatasetLiteral, TypeError, UnionVariant, bytes, msgpack, time,
};

/// The literal that `json` means for a type: `[1, 2]` for a list of integers, an object for a struct.
///
/// # Errors
///
/// When the JSON is of another shape; the error says at which place.
pub fn literal_from_json(json: Json, literal_type: &LiteralType) -> Result<Literal, TypeError> {
    match (literal_type, json) {
        (LiteralType::None, Json::Null) => Ok(Literal::NONE),
        (LiteralType::Integer, Json::Number(number)) => match number.as_i64() {
            Some(value) => Ok(Literal::integer(value)),
            None => Err(TypeError::mismatch(
                "integer",
                format!("the number {number}"),
            )),
        },
        (LiteralType::Float, Json::Number(number)) => match number.as_f64() {
            Some(value) => Ok(Literal::float(value)),
            None => Err(TypeError::mismatch("float", format!("the number {number}"))),
        },
        (LiteralType::String, Json::String(value)) => Ok(Literal::string(value)),
        (LiteralType::Boolean, Json::Bool(value)) => Ok(Literal::boolean(value)),
        (LiteralType::Datetime, Json::String(text)) => {
            let time = time::from_iso(&text)?;
            super::FlyteType::to_literal(&time)
        }
        (LiteralType::Duration, Json::Number(number)) => {
            let (seconds, nanos) = time::from_seconds(number.as_f64().unwrap_or(f64::NAN))?;
            Ok(LiteralValue::Duration { seconds, nanos }.into())
        }
        (LiteralType::Binary, json) => match bytes::from_base64(&json) {
            Some(bytes) => {
                let tag = Box::default();
                Ok(LiteralValue::Binary { bytes, tag }.into())
            }
            None => Err(TypeError::mismatch("bytes as base64", found(&json))),
        },
        (LiteralType::Enum(values), Json::String(text)) => match values.values.contains(&text) {
            true => Ok(Literal::string(text)),
            false => Err(TypeError::mismatch(
                literal_type,
                format!("the string {text:?}"),
            )),
        },
        (LiteralType::Error, Json::Object(object)) => {
            let text = |name: &str| match object.get(name) {
                Some(Json::String(text)) => Ok(text.clone()),
                other => Err(
                    TypeError::mismatch("string", found(other.unwrap_or(&Json::Null)))
                        .at(format!(".{name}")),
                ),
            };
            let error = FlyteError::new(text("failed_node_id")?, text("message")?);
            Ok(LiteralValue::Error(Box::new(error)).into())
        }
        (LiteralType::Blob(blob), Json::String(uri)) => Ok(Literal::blob(uri, blob.clone())),
        (LiteralType::StructuredDataset(dataset), Json::String(uri)) => {
            let dataset = StructuredDatasetLiteral::new(uri, dataset.clone());
            Ok(LiteralValue::StructuredDataset(Box::new(dataset)).into())
        }
        (LiteralType::AnyStruct, json) => Ok(Literal::msgpack(msgpack::from_json(&json)?)),
        (LiteralType::Struct(structure), Json::Object(object)) => {
            let mut writer = MsgpackWriter::new();
            write_struct(object, structure, &mut writer)?;
            Ok(Literal::msgpack(writer.finish()?))
        }
        (LiteralType::Annotated(annotated), json) => {
            literal_from_json(json, &annotated.literal_type)
        }
        (LiteralType::Collection(element), Json::Array(items)) => {
            let items = items.into_iter().enumerate();
            let items = items.map(|(index, item)| {
                literal_from_json(item, element).map_err(|e| e.at(format!("[{index}]")))
            });
            Ok(Literal::collection(items.collect::<Result<_, _>>()?))
        }
        (LiteralType::Map(element), Json::Object(items)) => {
            let items =
                items
                    .into_iter()
                    .map(|(key, item)| match literal_from_json(item, element) {
                        Ok(literal) => Ok((key, literal)),
                        Err(error) => Err(error.at(format!("[{key:?}]"))),
                    });
            Ok(Literal::map(items.collect::<Result<_, _>>()?))
        }
        (LiteralType::Union(variants), json) => union_from_json(json, variants, literal_type),
        (expected, json) => Err(TypeError::mismatch(expected, found(&json))),
    }
}

/// Writes the fields that are there; which of them have to be is the struct's to say when it is read.
fn write_struct(
    object: serde_json::Map<String, Json>,
    structure: &StructType,
    writer: &mut MsgpackWriter,
) -> Result<(), TypeError> {
    writer.map(object.len());
    for (name, json) in object {
        let Some(field) = structure.fields.iter().find(|field| field.name == name) else {
            let known = structure
                .fields
                .iter()
                .map(|field| format!("`{}`", field.name));
            return Err(TypeError::mismatch(
                format!(
                    "a field of {} ({})",
                    structure.name,
                    known.collect::<Vec<_>>().join(", ")
                ),
                format!("`{name}`"),
            ));
        };
        writer.string(&name);
        let text = json.is_string();
        let literal = literal_from_json(json.clone(), &field.literal_type);
        let literal = literal.map_err(|error| error.at(format!(".{name}")))?;
        match (&literal.value, text) {
            // In a struct a time is its text, a date too, which a literal could not tell from a time.
            (LiteralValue::Datetime { .. }, true) => writer.json(&json),
            _ => writer.literal(&literal)?,
        }
    }
    Ok(())
}

/// The first variant that accepts the JSON; JSON itself has no tag to decide by.
fn union_from_json(
    json: Json,
    variants: &[UnionVariant],
    literal_type: &LiteralType,
) -> Result<Literal, TypeError> {
    let mut deepest = None;
    // `null` belongs to the `none` variant and to no other, so it is asked first.
    let none_first = variants
        .iter()
        .filter(|v| json.is_null() == (v.literal_type == LiteralType::None));
    for variant in none_first {
        match literal_from_json(json.clone(), &variant.literal_type) {
            Ok(value) => {
                return Ok(Literal::union(variant.clone(), value));
            }
            Err(error @ TypeError::At { .. }) => deepest = Some(error),
            Err(_) => {}
        }
    }
    Err(deepest.unwrap_or_else(|| TypeError::mismatch(literal_type, found(&json))))
}

fn found(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => format!("the boolean {value}"),
        Json::Number(value) => format!("the number {value}"),
        Json::String(value) => format!("the string {value:?}"),
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}

/// A literal as JSON.
///
/// # Errors
///
/// When the bytes of a struct cannot be read, or a float is not a number JSON can hold.
pub fn json_from_literal(literal: &Literal) -> Result<Json, TypeError> {
    Ok(match &literal.value {
        LiteralValue::None => Json::Null,
        LiteralValue::Integer(value) => Json::from(*value),
        LiteralValue::Float(value) => float(*value),
        LiteralValue::String(value) => Json::from(value.as_str()),
        LiteralValue::Boolean(value) => Json::from(*value),
        LiteralValue::Datetime { seconds, nanos } => time::to_iso(*seconds, *nanos)?.into(),
        LiteralValue::Duration { seconds, nanos } => float(time::to_seconds(*seconds, *nanos)),
        LiteralValue::Msgpack(bytes) => msgpack::to_json(bytes)?,
        LiteralValue::Binary { bytes, .. } => bytes::to_base64(bytes).into(),
        LiteralValue::Generic(object) => object.clone().into(),
        LiteralValue::Blob(blob) => blob.uri.as_str().into(),
        LiteralValue::StructuredDataset(dataset) => dataset.uri.as_str().into(),
        LiteralValue::Schema(schema) => schema.uri.as_str().into(),
        LiteralValue::Error(error) => {
            json!({"failed_node_id": error.failed_node_id, "message": error.message})
        }
        LiteralValue::Union { value, .. } => json_from_literal(value)?,
        LiteralValue::Collection(items) => Json::Array(
            items
                .iter()
                .map(json_from_literal)
                .collect::<Result<_, _>>()?,
        ),
        LiteralValue::Map(items) => {
            let items = items
                .iter()
                .map(|(key, item)| Ok((key.clone(), json_from_literal(item)?)));
            Json::Object(items.collect::<Result<_, TypeError>>()?)
        }
        LiteralValue::Offloaded(offloaded) => {
            return Err(TypeError::Offloaded {
                uri: offloaded.uri.clone(),
            });
        }
    })
}

/// JSON has no NaN and no infinity; their names survive where `null` would lose them.
fn float(value: f64) -> Json {
    serde_json::Number::from_f64(value).map_or_else(|| Json::from(value.to_string()), Json::Number)
}
