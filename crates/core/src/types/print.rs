//! Prints literals: the only printer of outputs, defaults and records. `read` reads its output.

use serde_json::{Value as Json, json};

use super::{
    Literal, LiteralType, LiteralValue, StructuredDatasetLiteral, TypeError, UnionVariant, bytes,
    msgpack, primitives::whole, read, text::literal_from_text, time, unions, written::Written,
};

/// A literal as JSON, by its type: a date as its day, a variant with its name if the value alone does not identify it.
pub(crate) fn print(literal: &Literal, literal_type: &LiteralType) -> Result<Json, TypeError> {
    match (literal_type, &literal.value) {
        (LiteralType::Annotated(annotated), _) => print(literal, &annotated.literal_type),
        (LiteralType::AnyStruct, _) => untyped(literal),
        (LiteralType::Union(variants), _) => print_variant(literal, variants),
        (_, LiteralValue::Union { value, .. }) => print(value, literal_type),
        (_, LiteralValue::Msgpack(_)) => match literal.clone().into_plain()? {
            LiteralValue::Msgpack(bytes) => msgpack::to_json(&bytes),
            plain => print(&plain.into(), literal_type),
        },
        (LiteralType::Struct(structure), LiteralValue::Map(parts)) => {
            let parts = parts.iter().map(|(name, part)| {
                let field = structure.fields.iter().find(|field| field.is_called(name));
                let shown = match field {
                    Some(field) => print(part, &field.literal_type),
                    None => untyped(part),
                };
                Ok((name.clone(), shown.map_err(|e| e.at(format!(".{name}")))?))
            });
            Ok(Json::Object(parts.collect::<Result<_, TypeError>>()?))
        }
        (LiteralType::Collection(element), LiteralValue::Collection(items)) => {
            let items = items.iter().enumerate();
            let items = items
                .map(|(index, item)| print(item, element).map_err(|e| e.at(format!("[{index}]"))));
            Ok(Json::Array(items.collect::<Result<_, _>>()?))
        }
        (LiteralType::Map(element), LiteralValue::Map(items)) => {
            let items = items.iter().map(|(key, item)| {
                let shown = print(item, element).map_err(|e| e.at(format!("[{key:?}]")))?;
                Ok((key.clone(), shown))
            });
            Ok(Json::Object(items.collect::<Result<_, TypeError>>()?))
        }
        // A number inside a struct is converted as when it is read.
        (LiteralType::Integer, LiteralValue::Float(value)) => {
            Ok(whole(*value).map_or_else(|| float(*value), Json::from))
        }
        (LiteralType::Date, LiteralValue::Datetime { seconds, nanos }) => {
            Ok(time::to_date(*seconds, *nanos)?.into())
        }
        (LiteralType::StructuredDataset(declared), LiteralValue::StructuredDataset(dataset)) => {
            Ok(print_dataset(dataset, &declared.format))
        }
        _ => untyped(literal),
    }
}

/// A literal of unknown type as JSON.
pub(crate) fn untyped(literal: &Literal) -> Result<Json, TypeError> {
    Ok(match &literal.value {
        LiteralValue::None => Json::Null,
        LiteralValue::Integer(value) => Json::from(*value),
        LiteralValue::Float(value) => float(*value),
        LiteralValue::String(value) => Json::from(value.as_str()),
        LiteralValue::Boolean(value) => Json::from(*value),
        LiteralValue::Datetime { seconds, nanos } => time::to_iso(*seconds, *nanos)?.into(),
        LiteralValue::Duration { seconds, nanos } => duration(*seconds, *nanos),
        LiteralValue::Msgpack(bytes) => msgpack::to_json(bytes)?,
        LiteralValue::Binary { bytes, .. } => bytes::to_base64(bytes).into(),
        LiteralValue::Generic(object) => object.clone().into(),
        LiteralValue::Blob(blob) => {
            let metadata: serde_json::Map<_, _> = literal
                .metadata()
                .map(|(key, value)| (key.to_owned(), value.into()))
                .collect();
            match metadata.is_empty() {
                true => blob.uri.as_str().into(),
                false => json!({"path": blob.uri, "metadata": metadata}),
            }
        }
        LiteralValue::StructuredDataset(dataset) => print_dataset(dataset, ""),
        LiteralValue::Schema(schema) => schema.uri.as_str().into(),
        LiteralValue::Error(error) => {
            json!({"failed_node_id": error.failed_node_id, "message": error.message})
        }
        LiteralValue::Union { variant, value } => print(value, &variant.literal_type)?,
        LiteralValue::Collection(items) => {
            Json::Array(items.iter().map(untyped).collect::<Result<_, _>>()?)
        }
        LiteralValue::Map(items) => {
            let items = items
                .iter()
                .map(|(key, item)| Ok((key.clone(), untyped(item)?)));
            Json::Object(items.collect::<Result<_, TypeError>>()?)
        }
        LiteralValue::Offloaded(offloaded) => {
            return Err(TypeError::Offloaded {
                uri: offloaded.uri.clone(),
            });
        }
    })
}

/// JSON does not have NaN and infinity; their names keep the value where `null` would lose it.
fn float(value: f64) -> Json {
    serde_json::Number::from_f64(value).map_or_else(|| Json::from(value.to_string()), Json::Number)
}

/// A number of seconds, as flytekit writes it in a dataclass; a text if no float is exact.
fn duration(seconds: i64, nanos: i32) -> Json {
    match time::exact_seconds(seconds, nanos) {
        Some(number) => float(number),
        None => time::duration_text(seconds, nanos).into(),
    }
}

/// The address of a table; with its format, unless readers would assume that format anyway.
fn print_dataset(dataset: &StructuredDatasetLiteral, declared: &str) -> Json {
    let format = dataset.dataset_type.format.as_str();
    match format.is_empty() || format == declared || declared.is_empty() && format == "parquet" {
        true => dataset.uri.as_str().into(),
        false => json!({"uri": dataset.uri, "file_format": format}),
    }
}

/// The variant of a union's value, and the value.
fn chosen<'l>(
    literal: &'l Literal,
    variants: &'l [UnionVariant],
) -> Result<Option<(&'l UnionVariant, std::borrow::Cow<'l, Literal>)>, TypeError> {
    use std::borrow::Cow;
    if let LiteralValue::Union { variant, value } = &literal.value {
        let chosen = unions::tagged_variant(variants, variant);
        return Ok(chosen.map(|chosen| (chosen, Cow::Borrowed(&**value))));
    }
    let plain = literal.clone().into_plain()?;
    let chosen = unions::untagged_variant(variants, &plain);
    Ok(chosen.map(|chosen| (chosen, Cow::Owned(plain.into()))))
}

fn print_variant(literal: &Literal, variants: &[UnionVariant]) -> Result<Json, TypeError> {
    let Some((variant, value)) = chosen(literal, variants)? else {
        return untyped(literal);
    };
    let shown = print(&value, &variant.literal_type)?;
    Ok(match says(&shown, variant, variants) {
        true => shown,
        false => by_name(variant, shown),
    })
}

/// Whether a value alone identifies its variant.
fn says(shown: &Json, variant: &UnionVariant, variants: &[UnionVariant]) -> bool {
    if let [some, none] = variants
        && none.literal_type == LiteralType::None
        && !read::may_be_null(&some.literal_type)
    {
        return true;
    }
    if variant.literal_type == LiteralType::None {
        return true;
    }
    // The key would be read as the name of a variant.
    if let Json::Object(object) = shown
        && object.len() == 1
        && object
            .keys()
            .any(|key| read::place_called(key, variants).is_some())
    {
        return false;
    }
    is_read_as(&Written::from(shown), variant, variants)
}

fn is_read_as(written: &Written, variant: &UnionVariant, variants: &[UnionVariant]) -> bool {
    match read::variant(written, variants) {
        Ok((place, ..)) => std::ptr::eq(&raw const variants[place], std::ptr::from_ref(variant)),
        Err(_) => false,
    }
}

fn by_name(variant: &UnionVariant, shown: Json) -> Json {
    let name = match variant.name {
        "" => variant.tag.as_str(),
        name => name,
    };
    json!({name: shown})
}

/// A literal as text: strings as they are, everything else as JSON without the quotes of a text. A string of a union is
/// quoted if it would be another value without quotes.
pub(crate) fn print_text(
    literal: &Literal,
    literal_type: &LiteralType,
) -> Result<String, TypeError> {
    let shown = print(literal, literal_type)?;
    match literal_type.plain() {
        LiteralType::Union(_) => {}
        LiteralType::AnyStruct => return Ok(shown.to_string()),
        _ => return Ok(bare(shown)),
    }
    let Json::String(text) = &shown else {
        return Ok(shown.to_string());
    };
    let back = literal_from_text(text, literal_type);
    let again = back.and_then(|back| print(&back, literal_type));
    Ok(match again {
        Ok(again) if again == shown => text.clone(),
        _ => shown.to_string(),
    })
}

/// JSON; for a text, its content.
fn bare(shown: Json) -> String {
    match shown {
        Json::String(text) => text,
        shown => shown.to_string(),
    }
}
