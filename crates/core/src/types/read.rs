//! Reads literals: the only reader of the command line, of JSON, of YAML and of answers to gates.
//!
//! The type determines the meaning of a text. A union takes the variant that matches the value exactly, otherwise one
//! to which it can be converted; `{"Name": value}` names the variant. `docs/values.md` shows the whole grammar.

use super::{
    Blob, FlyteError, Literal, LiteralType, LiteralValue, MsgpackWriter, StructuredDatasetLiteral,
    TypeError, UnionVariant, bytes, read_fields, time,
    written::{self, Written},
};

/// How well a value fits a type; less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// It has this type.
    Exact,
    /// It has another type that is converted: a whole number as a float, a text as a datetime.
    Converted,
    /// The type accepts anything.
    Anything,
    /// It is an unquoted word with another meaning of its own: `1` as a text.
    Word,
}

/// Reads a value as a literal of a type.
///
/// # Errors
///
/// When the value has another shape; the error contains the path.
pub fn read(written: &Written, literal_type: &LiteralType) -> Result<Literal, TypeError> {
    fitted(written, literal_type).map(|(literal, _)| literal)
}

pub(super) fn fitted(
    written: &Written,
    literal_type: &LiteralType,
) -> Result<(Literal, Fit), TypeError> {
    let exact = |literal| Ok((literal, Fit::Exact));
    let converted = |literal| Ok((literal, Fit::Converted));
    let mismatch = || TypeError::mismatch(literal_type, written.found());
    match (literal_type, written) {
        (LiteralType::Annotated(annotated), written) => fitted(written, &annotated.literal_type),
        (LiteralType::Union(variants), written) => {
            let (place, literal, fit) = variant(written, variants)?;
            Ok((Literal::union(variants[place].clone(), literal), fit))
        }
        (LiteralType::None, written) if is_null(written) => exact(Literal::NONE),
        (LiteralType::Integer, Written::Integer(value)) => exact(integer(*value)?),
        (LiteralType::Integer, Written::Long(digits)) => Err(no_integer(digits)),
        (LiteralType::Integer, Written::Plain(word)) => match Written::resolved(word.trim()) {
            Written::Integer(value) => exact(integer(value)?),
            Written::Long(digits) => Err(no_integer(&digits)),
            _ => Err(mismatch()),
        },
        (LiteralType::Float, Written::Float(value)) => exact(Literal::float(*value)),
        (LiteralType::Float, Written::Integer(value)) => converted(Literal::float(*value as f64)),
        (LiteralType::Float, Written::Long(digits)) => {
            float(digits).unwrap_or_else(|| Err(mismatch()))
        }
        (LiteralType::Float, Written::Text(text)) => match written::not_a_number(text) {
            Some(value) => converted(Literal::float(value)),
            None => Err(mismatch()),
        },
        (LiteralType::Float, Written::Plain(word)) => {
            float(word.trim()).unwrap_or_else(|| Err(mismatch()))
        }
        (LiteralType::String, Written::Text(text)) => exact(Literal::string(text)),
        (LiteralType::String, Written::Plain(word)) => match Written::resolved(word) {
            Written::Text(_) => exact(Literal::string(word)),
            _ => Ok((Literal::string(word), Fit::Word)),
        },
        (LiteralType::Boolean, Written::Boolean(value)) => exact(Literal::boolean(*value)),
        (LiteralType::Boolean, Written::Plain(word)) => match written::boolean(word) {
            Some(value) => {
                let is_exact = matches!(Written::resolved(word.trim()), Written::Boolean(_));
                let fit = if is_exact { Fit::Exact } else { Fit::Word };
                Ok((Literal::boolean(value), fit))
            }
            None => Err(mismatch()),
        },
        (LiteralType::Datetime, Written::Text(text) | Written::Plain(text)) => {
            converted(datetime(time::from_iso(text)?))
        }
        (LiteralType::Date, Written::Text(text) | Written::Plain(text)) => {
            converted(datetime(time::from_date(text)?))
        }
        (LiteralType::Duration, written) => match written {
            Written::Null | Written::Boolean(_) | Written::List(_) | Written::Object(_) => {
                Err(mismatch())
            }
            _ => converted(duration(written)?),
        },
        (LiteralType::Datetime, Written::Integer(_) | Written::Float(_)) => {
            Err(TypeError::mismatch(
                "a datetime such as `\"2024-07-01T12:00:00Z\"`",
                written.found(),
            ))
        }
        (LiteralType::Binary, Written::Text(text) | Written::Plain(text)) => {
            match bytes::from_base64(text.trim()) {
                Some(bytes) => {
                    let tag = Box::default();
                    converted(LiteralValue::Binary { bytes, tag }.into())
                }
                None => Err(TypeError::mismatch("bytes as base64", written.found())),
            }
        }
        (LiteralType::Enum(values), Written::Text(text)) => match values.value_of(text) {
            Some(value) => exact(Literal::string(value)),
            None => Err(mismatch()),
        },
        (LiteralType::Enum(values), Written::Plain(word)) => match values.value_of(word) {
            Some(value) => match Written::resolved(word) {
                Written::Text(_) => exact(Literal::string(value)),
                _ => Ok((Literal::string(value), Fit::Word)),
            },
            None => Err(mismatch()),
        },
        (LiteralType::Error, Written::Object(object)) => exact(error(object)?),
        (LiteralType::Blob(blob), Written::Text(uri) | Written::Plain(uri)) => {
            converted(Literal::blob(uri, blob.clone()))
        }
        (LiteralType::Blob(blob), Written::Object(object)) => {
            let mut parts = Parts::of(object, literal_type, &["path", "metadata"])?;
            let mut literal: Literal =
                LiteralValue::Blob(Box::new(Blob::new(parts.text("path")?, blob.clone()))).into();
            for (key, value) in parts.texts("metadata")? {
                literal = literal.with_metadata(key, value);
            }
            converted(literal)
        }
        (LiteralType::StructuredDataset(dataset), Written::Text(uri) | Written::Plain(uri)) => {
            let dataset = StructuredDatasetLiteral::new(uri, dataset.clone());
            converted(LiteralValue::StructuredDataset(Box::new(dataset)).into())
        }
        (LiteralType::StructuredDataset(dataset), Written::Object(object)) => {
            let mut parts = Parts::of(object, literal_type, &["uri", "file_format"])?;
            let mut dataset = StructuredDatasetLiteral::new(parts.text("uri")?, dataset.clone());
            if parts.has("file_format") {
                dataset.dataset_type.format = parts.text("file_format")?;
            }
            converted(LiteralValue::StructuredDataset(Box::new(dataset)).into())
        }
        (LiteralType::AnyStruct, written) => {
            let mut writer = MsgpackWriter::new();
            any(written, &mut writer)?;
            let fit = match written {
                Written::Object(_) => Fit::Converted,
                _ => Fit::Anything,
            };
            Ok((Literal::msgpack(writer.finish()?), fit))
        }
        (LiteralType::Struct(structure), Written::Object(object)) => {
            read_fields::fields(object, structure)
        }
        (LiteralType::Collection(element), Written::List(items)) => {
            let mut worst = Fit::Exact;
            let items = items.iter().enumerate().map(|(index, item)| {
                let read = fitted(item, element);
                let (literal, fit) = read.map_err(|e| e.at(format!("[{index}]")))?;
                worst = worst.max(fit);
                Ok(literal)
            });
            let items = items.collect::<Result<_, TypeError>>()?;
            Ok((Literal::collection(items), worst))
        }
        (LiteralType::Map(element), Written::Object(object)) => {
            let mut worst = Fit::Exact;
            let items = object.iter().map(|(key, item)| {
                let read = fitted(item, element);
                let (literal, fit) = read.map_err(|e| e.at(format!("[{key:?}]")))?;
                worst = worst.max(fit);
                Ok((key.clone(), literal))
            });
            let items = items.collect::<Result<_, TypeError>>()?;
            Ok((Literal::map(items), worst))
        }
        _ => Err(mismatch()),
    }
}

fn is_null(written: &Written) -> bool {
    match written {
        Written::Null => true,
        Written::Plain(word) => Written::resolved(word) == Written::Null,
        _ => false,
    }
}

fn integer(value: i128) -> Result<Literal, TypeError> {
    match i64::try_from(value) {
        Ok(value) => Ok(Literal::integer(value)),
        Err(_) => Err(no_integer(&value.to_string())),
    }
}

fn no_integer(digits: &str) -> TypeError {
    TypeError::OutOfRange {
        value: shown(digits),
        expected: "a Flyte integer".to_owned(),
        reason: format!("integers go from {} to {}", i64::MIN, i64::MAX),
    }
}

fn no_float(word: &str) -> TypeError {
    TypeError::OutOfRange {
        value: shown(word),
        expected: "a float".to_owned(),
        reason: format!("floats go from {:e} to {:e}", f64::MIN, f64::MAX),
    }
}

fn shown(text: &str) -> String {
    let mut shown = super::Preview::new();
    shown.text(text);
    shown.finish()
}

/// Whether a number is too large and has become infinite.
fn is_too_large(value: f64, word: &str) -> bool {
    value.is_infinite() && word.contains(|c: char| c.is_ascii_digit())
}

fn float(word: &str) -> Option<Result<(Literal, Fit), TypeError>> {
    if let Some(value) = written::not_a_number(word) {
        return Some(Ok((Literal::float(value), Fit::Exact)));
    }
    let value: f64 = match Written::resolved(word) {
        // Integers do not have a negative zero.
        Written::Integer(0) if word.starts_with('-') => -0.0,
        Written::Integer(value) => return Some(Ok((Literal::float(value as f64), Fit::Converted))),
        Written::Float(value) => value,
        _ => word.parse().ok()?,
    };
    if is_too_large(value, word) {
        return Some(Err(no_float(word)));
    }
    Some(Ok((Literal::float(value), Fit::Exact)))
}

fn datetime(time: time::Instant) -> Literal {
    LiteralValue::Datetime {
        seconds: time.seconds,
        nanos: time.nanos,
    }
    .into()
}

fn duration(written: &Written) -> Result<Literal, TypeError> {
    let (seconds, nanos) = match written {
        Written::Integer(seconds) => match i64::try_from(*seconds) {
            Ok(seconds) => (seconds, 0),
            Err(_) => return Err(time::too_long(format!("{seconds} s"))),
        },
        Written::Long(digits) => return Err(time::too_long(format!("{} s", shown(digits)))),
        Written::Float(seconds) => time::from_seconds(*seconds)?,
        Written::Plain(word) => time::from_duration_text(word)?,
        Written::Text(text) => match Written::resolved(text.trim()) {
            // A quoted number does not have a unit.
            Written::Text(_) => time::from_duration_text(text)?,
            _ => return Err(TypeError::mismatch("duration", written.found())),
        },
        other => return Err(TypeError::mismatch("duration", other.found())),
    };
    Ok(LiteralValue::Duration { seconds, nanos }.into())
}

fn error(object: &[(String, Written)]) -> Result<Literal, TypeError> {
    let mut parts = Parts::of(object, &LiteralType::Error, &["failed_node_id", "message"])?;
    let error = FlyteError::new(parts.text("failed_node_id")?, parts.text("message")?);
    Ok(LiteralValue::Error(Box::new(error)).into())
}

/// The parts of an object that is not a struct of the program.
struct Parts<'w> {
    object: &'w [(String, Written)],
}

impl<'w> Parts<'w> {
    fn of(
        object: &'w [(String, Written)],
        what: &LiteralType,
        known: &[&str],
    ) -> Result<Self, TypeError> {
        match object
            .iter()
            .find(|(key, _)| !known.contains(&key.as_str()))
        {
            None => Ok(Self { object }),
            Some((key, _)) => Err(unknown(&what.to_string(), known.iter().copied(), key)),
        }
    }

    fn find(&self, name: &str) -> Option<&'w Written> {
        let mut entries = self.object.iter();
        let (_, found) = entries.find(|(key, _)| key == name)?;
        (!is_null(found)).then_some(found)
    }

    fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    fn text(&mut self, name: &str) -> Result<String, TypeError> {
        match self.find(name).unwrap_or(&Written::Null) {
            Written::Text(text) | Written::Plain(text) => Ok(text.clone()),
            other => Err(TypeError::mismatch("string", other.found()).at(format!(".{name}"))),
        }
    }

    fn texts(&mut self, name: &str) -> Result<Vec<(String, String)>, TypeError> {
        let entries = match self.find(name) {
            None => return Ok(Vec::new()),
            Some(Written::Object(entries)) => entries,
            Some(other) => {
                let error = TypeError::mismatch("map of string", other.found());
                return Err(error.at(format!(".{name}")));
            }
        };
        let texts = entries.iter().map(|(key, value)| match value {
            Written::Text(text) | Written::Plain(text) => Ok((key.clone(), text.clone())),
            other => {
                Err(TypeError::mismatch("string", other.found()).at(format!(".{name}[{key:?}]")))
            }
        });
        texts.collect()
    }
}

pub(super) fn unknown<'n>(
    what: &str,
    known: impl Iterator<Item = &'n str>,
    found: &str,
) -> TypeError {
    let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
    TypeError::mismatch(
        format!("a field of {what} ({})", known.join(", ")),
        format!("`{found}`"),
    )
}

/// Writes a value without a declared type.
fn any(written: &Written, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
    let too_long = |digits: &str| TypeError::OutOfRange {
        value: shown(digits),
        expected: "a whole number without a declared type".to_owned(),
        reason: format!(
            "these go from {} to {}; write it with an exponent to have it rounded, or in quotes",
            i64::MIN,
            u64::MAX
        ),
    };
    match written {
        Written::Null => writer.nil(),
        Written::Boolean(value) => writer.boolean(*value),
        Written::Integer(value) => match (i64::try_from(*value), u64::try_from(*value)) {
            (Ok(value), _) => writer.integer(value),
            (_, Ok(value)) => writer.json(&value.into()),
            _ => return Err(too_long(&value.to_string())),
        },
        Written::Long(digits) => return Err(too_long(digits)),
        Written::Float(value) => writer.float(*value),
        Written::Text(text) => writer.string(text),
        Written::Plain(word) => match Written::resolved(word) {
            Written::Float(value) if is_too_large(value, word) => return Err(no_float(word)),
            resolved => any(&resolved, writer)?,
        },
        Written::List(items) => {
            writer.array(items.len());
            for (index, item) in items.iter().enumerate() {
                any(item, writer).map_err(|e| e.at(format!("[{index}]")))?;
            }
        }
        Written::Object(object) => {
            writer.map(object.len());
            for (key, value) in object {
                writer.string(key);
                any(value, writer).map_err(|e| e.at(format!("[{key:?}]")))?;
            }
        }
    }
    Ok(())
}

/// The variant for a value of a union: its index, the value, and how well it fits.
///
/// # Errors
///
/// When no variant fits, or several fit equally well.
pub(crate) fn variant(
    written: &Written,
    variants: &[UnionVariant],
) -> Result<(usize, Literal, Fit), TypeError> {
    // `null` belongs only to the `none` variant, so that is checked first.
    let none = variants
        .iter()
        .position(|v| v.literal_type == LiteralType::None);
    if let (Some(place), true) = (none, is_null(written)) {
        return Ok((place, Literal::NONE, Fit::Exact));
    }
    let named = named(written, variants);
    // The value of an optional does not need a name unless it can itself be nothing.
    if let [some, none] = variants
        && none.literal_type == LiteralType::None
        && !may_be_null(&some.literal_type)
    {
        let read = fitted(written, &some.literal_type);
        return match (read, named) {
            (Err(_), Some((0, inner))) => at_name(fitted(inner, &some.literal_type), some),
            (read, _) => read,
        }
        .map(|(literal, fit)| (0, literal, fit));
    }
    if let Some((place, inner)) = named {
        let is_struct = |other: &UnionVariant| {
            matches!(other.literal_type.plain(), LiteralType::Struct(_))
                && candidate(written, other).is_ok()
        };
        // A struct with a field of this name takes the object as it is.
        if !variants.iter().any(is_struct) {
            let read = at_name(
                fitted(inner, &variants[place].literal_type),
                &variants[place],
            );
            return read.map(|(literal, fit)| (place, literal, fit));
        }
    }
    unnamed(written, variants)
}

fn at_name<T>(read: Result<T, TypeError>, variant: &UnionVariant) -> Result<T, TypeError> {
    read.map_err(|error| error.at(format!(".{}", called(variant))))
}

/// The variant that `{"Name": value}` names, and the value.
pub(super) fn named<'w>(
    written: &'w Written,
    variants: &[UnionVariant],
) -> Option<(usize, &'w Written)> {
    let Written::Object(object) = written else {
        return None;
    };
    match object.as_slice() {
        [(name, inner)] => Some((place_called(name, variants)?, inner)),
        _ => None,
    }
}

/// The index of the only variant with this name; its name in Rust takes precedence over its tag.
pub(crate) fn place_called(name: &str, variants: &[UnionVariant]) -> Option<usize> {
    let only = |is_called: &dyn Fn(&UnionVariant) -> bool| {
        let mut places = (0..variants.len()).filter(|&place| is_called(&variants[place]));
        let place = places.next()?;
        places.next().is_none().then_some(place)
    };
    if name.is_empty() {
        return None;
    }
    only(&|variant| variant.name == name).or_else(|| only(&|variant| variant.tag == name))
}

/// Whether `null` may be a value of the type.
pub(crate) fn may_be_null(literal_type: &LiteralType) -> bool {
    match literal_type.plain() {
        LiteralType::None | LiteralType::AnyStruct => true,
        LiteralType::Union(variants) => variants.iter().any(|v| may_be_null(&v.literal_type)),
        _ => false,
    }
}

fn candidate(written: &Written, variant: &UnionVariant) -> Result<(Literal, Fit), TypeError> {
    if let (LiteralType::Struct(structure), Written::Object(object)) =
        (variant.literal_type.plain(), written)
        && let Some(missing) = structure.fields.iter().find(|field| {
            field.required
                && !field.literal_type.accepts_none()
                && !object.iter().any(|(name, _)| field.is_called(name))
        })
    {
        return Err(TypeError::MissingField {
            structure: structure.name.clone(),
            field: missing.name.clone(),
        });
    }
    fitted(written, &variant.literal_type)
}

fn unnamed(
    written: &Written,
    variants: &[UnionVariant],
) -> Result<(usize, Literal, Fit), TypeError> {
    let mut deepest = None;
    let mut best: Vec<(usize, Literal, Fit)> = Vec::new();
    for (place, variant) in variants.iter().enumerate() {
        match candidate(written, variant) {
            Ok((literal, fit)) => match best.first().map(|(_, _, best)| *best) {
                Some(best) if best < fit => {}
                other => {
                    if other.is_some_and(|best| fit < best) {
                        best.clear();
                    }
                    best.push((place, literal, fit));
                }
            },
            Err(error @ (TypeError::At { .. } | TypeError::Unclear { .. })) => {
                deepest = Some(error);
            }
            Err(_) => {}
        }
    }
    if best.len() > 1 {
        let places: Vec<usize> = best.iter().map(|(place, ..)| *place).collect();
        return Err(ambiguous(written, variants, &places));
    }
    match best.pop() {
        Some(found) => Ok(found),
        None => Err(deepest.unwrap_or_else(|| none_of(written, variants))),
    }
}

fn ambiguous(written: &Written, variants: &[UnionVariant], places: &[usize]) -> TypeError {
    let fitting = places
        .iter()
        .map(|&place| variants[place].literal_type.to_string());
    let named = places
        .iter()
        .map(|&place| format!("`{{{:?}: ..}}`", called(&variants[place])));
    TypeError::Unclear {
        found: written.found().into(),
        variants: fitting.collect::<Vec<_>>().join(" or ").into(),
        named: named.collect::<Vec<_>>().join(" or ").into(),
    }
}

/// The error of a value that fits no variant; for an object it lists the known fields.
fn none_of(written: &Written, variants: &[UnionVariant]) -> TypeError {
    let Written::Object(object) = written else {
        return TypeError::mismatch(LiteralType::Union(variants.to_vec()), written.found());
    };
    if let ([(key, _)], false) = (object.as_slice(), variants.iter().any(takes_objects)) {
        return TypeError::mismatch(
            format!(
                "an object with the name of a variant ({})",
                quoted(variants.iter().filter(|v| !is_none(v)).map(called))
            ),
            format!("one with `{key}`"),
        );
    }
    let expected = variants
        .iter()
        .map(|variant| match variant.literal_type.plain() {
            LiteralType::Struct(structure) => {
                let fields = structure.fields.iter().map(|field| field.name.as_str());
                format!("{} ({})", structure.name, quoted(fields))
            }
            other => other.to_string(),
        });
    let found = match object.as_slice() {
        [] => "an object without fields".to_owned(),
        _ => format!(
            "an object with {}",
            quoted(object.iter().map(|(key, _)| key.as_str()))
        ),
    };
    TypeError::mismatch(expected.collect::<Vec<_>>().join(" or "), found)
}

fn takes_objects(variant: &UnionVariant) -> bool {
    matches!(
        variant.literal_type.plain(),
        LiteralType::Struct(_) | LiteralType::Map(_) | LiteralType::AnyStruct
    )
}

fn is_none(variant: &UnionVariant) -> bool {
    variant.literal_type == LiteralType::None
}

/// The name of a variant for users.
fn called(variant: &UnionVariant) -> &str {
    match variant.name {
        "" => &variant.tag,
        name => name,
    }
}

fn quoted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const SHOWN: usize = 8;
    let mut names = names;
    let shown: Vec<String> = names
        .by_ref()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = if names.next().is_some() { ", …" } else { "" };
    shown.join(", ") + more
}
