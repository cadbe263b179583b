//! Maps: Flyte's own for string keys, MessagePack for other keys and for JSON.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{BuildHasher, Hash},
};

use serde_json::{Value as Json, json};

use super::{
    FlyteType, Literal, LiteralType, LiteralValue, MsgpackWriter, Preview, TypeError,
    msgpack::{self, Reader, Token},
    schema,
    structs::whole_numbers,
};

/// A type that can be the key of a map.
///
/// Maps with `String` keys are Flyte maps, Python's `Dict[str, T]`. Maps with other keys are MessagePack structs, as
/// flytekit writes `Dict[int, T]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a map that is an input or an output",
    note = "strings, integers, `bool` and `char` can"
)]
pub trait MapKey: Ord + Clone + Send + Sync + 'static {
    /// The key of a Flyte map, if this type is a string there.
    #[doc(hidden)]
    fn as_text(&self) -> Option<&str>;

    #[doc(hidden)]
    fn from_text(text: String) -> Option<Self>;

    /// The key in MessagePack, if this type is not a string.
    #[doc(hidden)]
    fn as_literal(&self) -> Result<Literal, TypeError>;

    #[doc(hidden)]
    fn from_literal(literal: Literal) -> Result<Self, TypeError>;

    #[doc(hidden)]
    fn literal_type() -> LiteralType;

    #[doc(hidden)]
    const TEXT: bool;
}

impl MapKey for String {
    const TEXT: bool = true;

    fn as_text(&self) -> Option<&str> {
        Some(self)
    }

    fn from_text(text: String) -> Option<Self> {
        Some(text)
    }

    fn as_literal(&self) -> Result<Literal, TypeError> {
        self.to_literal()
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        <Self as FlyteType>::from_literal(literal)
    }

    fn literal_type() -> LiteralType {
        <Self as FlyteType>::literal_type()
    }
}

macro_rules! other_keys {
    ($($rust:ident),*) => { $(
        impl MapKey for $rust {
            const TEXT: bool = false;

            fn as_text(&self) -> Option<&str> {
                None
            }

            fn from_text(text: String) -> Option<Self> {
                text.parse().ok()
            }

            fn as_literal(&self) -> Result<Literal, TypeError> {
                self.to_literal()
            }

            fn from_literal(literal: Literal) -> Result<Self, TypeError> {
                <Self as FlyteType>::from_literal(literal)
            }

            fn literal_type() -> LiteralType {
                <Self as FlyteType>::literal_type()
            }
        }
    )* };
}

other_keys!(
    i8, i16, i32, i64, u8, u16, u32, u64, usize, isize, bool, char
);

fn map_type<K: MapKey, T: FlyteType>() -> LiteralType {
    match K::TEXT {
        true => LiteralType::map(T::literal_type()),
        false => LiteralType::AnyStruct,
    }
}

/// The path step to a value.
fn step<K: MapKey>(key: &K) -> String {
    match key.as_text() {
        Some(text) => format!("[{text:?}]"),
        None => format!("[{}]", shown(key)),
    }
}

fn shown<K: MapKey>(key: &K) -> String {
    let mut preview = Preview::new();
    match key.as_literal() {
        Ok(literal) => preview.literal(&literal),
        Err(_) => preview.text("…"),
    }
    preview.finish()
}

fn map_to_literal<'a, K: MapKey, T: FlyteType>(
    items: impl ExactSizeIterator<Item = (&'a K, &'a T)>,
) -> Result<Literal, TypeError> {
    if !K::TEXT {
        let mut writer = MsgpackWriter::new();
        write_map(items, &mut writer)?;
        return Ok(Literal::msgpack(writer.finish()?));
    }
    let items = items.map(|(key, value)| match value.to_literal() {
        // Text keys always have one.
        Ok(literal) => Ok((key.as_text().unwrap_or_default().to_owned(), literal)),
        Err(error) => Err(error.at(step(key))),
    });
    Ok(Literal::map(items.collect::<Result<_, _>>()?))
}

fn write_map<'a, K: MapKey, T: FlyteType>(
    items: impl ExactSizeIterator<Item = (&'a K, &'a T)>,
    writer: &mut MsgpackWriter,
) -> Result<(), TypeError> {
    writer.map(items.len());
    for (key, value) in items {
        writer.literal(&key.as_literal()?)?;
        value.write_msgpack(writer).map_err(|e| e.at(step(key)))?;
    }
    Ok(())
}

fn map_from_literal<K: MapKey, T: FlyteType, M: FromIterator<(K, T)>>(
    literal: Literal,
) -> Result<M, TypeError> {
    let read = |key: K, value| match T::from_literal(value) {
        Ok(value) => Ok((key, value)),
        Err(error) => Err(error.at(step(&key))),
    };
    let mismatch = |found| TypeError::mismatch(map_type::<K, T>(), found);
    if K::TEXT {
        return match literal.into_plain()? {
            LiteralValue::Map(items) => {
                let items = items.into_iter();
                items
                    .filter_map(|(key, value)| Some(read(K::from_text(key)?, value)))
                    .collect()
            }
            other => Err(mismatch(Literal::from(other).kind())),
        };
    }
    let bytes = match literal.value {
        LiteralValue::Msgpack(bytes) => bytes,
        LiteralValue::Generic(object) => msgpack::from_json(&whole_numbers(object.into()))?,
        _ => return Err(mismatch(literal.kind())),
    };
    let mut reader = Reader::new(&bytes);
    let Token::Map(length) = reader.token()? else {
        return Err(mismatch(Literal::msgpack(bytes).kind()));
    };
    let mut items = Vec::new();
    for _ in 0..length {
        let bytes = reader.value()?;
        let text = match Reader::new(bytes).token()? {
            Token::String(text) => Some(text.to_owned()),
            _ => None,
        };
        // A map that passed through JSON has only string keys: as in flytekit, the key is parsed from its text.
        let key = match text.and_then(K::from_text) {
            Some(key) => key,
            None => {
                let key = Literal::msgpack(bytes.to_vec());
                let mut shown = Preview::new();
                shown.literal(&key);
                K::from_literal(key)
                    .map_err(|error| error.at(format!("the key {}", shown.finish())))?
            }
        };
        let value = Literal::msgpack(reader.value()?.to_vec());
        items.push(read(key, value)?);
    }
    reader.finish()?;
    if let Some(key) = twice(&items) {
        return Err(TypeError::Malformed {
            what: "a map".to_owned(),
            reason: format!("the key `{}` is there twice", shown(key)),
        });
    }
    Ok(items.into_iter().collect())
}

/// The first duplicate key: different texts, such as `1` and `01`, may be the same key.
fn twice<K: MapKey, T>(items: &[(K, T)]) -> Option<&K> {
    // The order in which maps are written here.
    if items.is_sorted_by(|(one, _), (next, _)| one < next) {
        return None;
    }
    let mut keys = BTreeSet::new();
    items
        .iter()
        .map(|(key, _)| key)
        .find(|key| !keys.insert(*key))
}

fn preview_map<'a, K: MapKey, T: FlyteType>(
    preview: &mut Preview,
    items: impl Iterator<Item = (&'a K, &'a T)>,
) {
    preview.list("{", "}", items, |preview, (key, value)| {
        match key.as_literal() {
            Ok(key) => preview.literal(&key),
            Err(_) => preview.text("…"),
        }
        preview.text(": ");
        value.preview(preview);
    });
}

/// Sorted, because the order of a `HashMap` differs from run to run and the bytes must not.
fn sorted<'a, K: MapKey, T>(items: impl Iterator<Item = (&'a K, &'a T)>) -> Vec<(&'a K, &'a T)> {
    let mut items: Vec<_> = items.collect();
    items.sort_by_key(|(key, _)| *key);
    items
}

impl<K: MapKey, T: FlyteType> FlyteType for BTreeMap<K, T> {
    fn literal_type() -> LiteralType {
        map_type::<K, T>()
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        map_to_literal(self.iter())
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        map_from_literal(literal)
    }

    fn json_schema() -> Json {
        schema::map_schema(K::literal_type().json_schema(), T::json_schema())
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        write_map(self.iter(), writer)
    }

    fn preview(&self, preview: &mut Preview) {
        preview_map(preview, self.iter());
    }
}

impl<K, T, S> FlyteType for HashMap<K, T, S>
where
    K: MapKey + Hash,
    T: FlyteType,
    S: BuildHasher + Default + Clone + Send + Sync + 'static,
{
    fn literal_type() -> LiteralType {
        map_type::<K, T>()
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        map_to_literal(sorted(self.iter()).into_iter())
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        map_from_literal(literal)
    }

    fn json_schema() -> Json {
        schema::map_schema(K::literal_type().json_schema(), T::json_schema())
    }

    fn write_msgpack(&self, writer: &mut MsgpackWriter) -> Result<(), TypeError> {
        write_map(sorted(self.iter()).into_iter(), writer)
    }

    fn preview(&self, preview: &mut Preview) {
        preview_map(preview, self.iter());
    }
}

/// Any JSON, as flytekit writes a `dict`. A key that Python did not write as a string becomes its text; bytes become
/// base64.
impl FlyteType for Json {
    fn literal_type() -> LiteralType {
        LiteralType::AnyStruct
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        Ok(Literal::msgpack(msgpack::from_json(self)?))
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        match literal.value {
            LiteralValue::Msgpack(bytes) => msgpack::to_json(&bytes),
            LiteralValue::Generic(object) => Ok(object.into()),
            _ => Err(TypeError::mismatch("struct", literal.kind())),
        }
    }

    fn json_schema() -> Json {
        json!({"type": "object"})
    }
}
