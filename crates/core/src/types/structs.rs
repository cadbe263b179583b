//! Structs and enums: what `#[derive(FlyteType)]` calls.

use std::{
    any::TypeId,
    cell::{Cell, RefCell},
    collections::BTreeMap,
    thread::LocalKey,
};

use super::{
    FlyteType, Literal, LiteralType, LiteralValue, MsgpackWriter, Preview, StructField, StructType,
    TypeError, msgpack, primitives::whole,
};

/// The fields of a struct, as they arrive.
#[derive(Debug)]
pub struct StructReader {
    name: &'static str,
    fields: BTreeMap<String, Literal>,
}

impl StructReader {
    /// The fields in a literal.
    ///
    /// # Errors
    ///
    /// When it is no struct.
    pub fn new(literal: Literal, name: &'static str) -> Result<Self, TypeError> {
        let plain = match literal.value {
            LiteralValue::Generic(object) => {
                Literal::msgpack(msgpack::from_json(&whole_numbers(object.into()))?).into_plain()?
            }
            LiteralValue::Msgpack(_) | LiteralValue::Offloaded(_) => literal.into_plain()?,
            _ => return Err(TypeError::mismatch(name, literal.kind())),
        };
        match plain {
            LiteralValue::Map(fields) => Ok(Self { name, fields }),
            other => Err(TypeError::mismatch(name, Literal::from(other).kind())),
        }
    }

    /// The field that is stored under the first of these names that is there.
    ///
    /// # Errors
    ///
    /// When there is none and the type has no absence, or the field is of another type.
    pub fn field<T: FlyteType>(&mut self, names: &[&'static str]) -> Result<T, TypeError> {
        match self.take(names) {
            Some((name, literal)) => read(name, literal),
            None => T::from_literal(Literal::NONE).map_err(|_| TypeError::MissingField {
                structure: self.name.to_owned(),
                field: names.first().copied().unwrap_or_default().to_owned(),
            }),
        }
    }

    /// As [`field`](Self::field), for one with a default.
    ///
    /// # Errors
    ///
    /// When the field is of another type.
    pub fn field_or<T: FlyteType>(
        &mut self,
        names: &[&'static str],
        default: fn() -> T,
    ) -> Result<T, TypeError> {
        match self.take(names) {
            Some((name, literal)) => read(name, literal),
            None => Ok(default()),
        }
    }

    fn take(&mut self, names: &[&'static str]) -> Option<(&'static str, Literal)> {
        names
            .iter()
            .find_map(|name| Some((*name, self.fields.remove(*name)?)))
    }

    /// Refuses what was not asked for.
    ///
    /// # Errors
    ///
    /// When a field is left.
    pub fn deny_unknown(self, known: &[&str]) -> Result<(), TypeError> {
        match self.fields.into_keys().next() {
            None => Ok(()),
            Some(field) => Err(TypeError::UnknownField {
                structure: self.name,
                field,
                known: quoted(known),
            }),
        }
    }
}

pub(crate) fn read<T: FlyteType>(name: &str, literal: Literal) -> Result<T, TypeError> {
    read_inside(literal).map_err(|error| error.at(format!(".{name}")))
}

/// A part of a struct or an enum. Only these can hold themselves, so here is where nesting has an end.
///
/// # Errors
///
/// As [`FlyteType::from_literal`], and when values lie too deep in one another.
pub(crate) fn read_inside<T: FlyteType>(literal: Literal) -> Result<T, TypeError> {
    let deep = |reason| TypeError::Malformed {
        what: "a value".to_owned(),
        reason,
    };
    inside(&READING, deep, || T::from_literal(literal))
}

/// The reverse: what lies too deep to be read again is not written.
///
/// # Errors
///
/// As `write`, and when values lie too deep in one another.
pub(crate) fn write_inside<R>(
    write: impl FnOnce() -> Result<R, TypeError>,
) -> Result<R, TypeError> {
    let deep = |reason| TypeError::OutOfRange {
        value: "a value".to_owned(),
        expected: "Flyte's form".to_owned(),
        reason,
    };
    inside(&WRITING, deep, write)
}

fn inside<R>(
    depth: &'static LocalKey<Cell<usize>>,
    deep: impl FnOnce(String) -> TypeError,
    run: impl FnOnce() -> Result<R, TypeError>,
) -> Result<R, TypeError> {
    struct Leave(&'static LocalKey<Cell<usize>>);

    impl Drop for Leave {
        fn drop(&mut self) {
            self.0.set(self.0.get() - 1);
        }
    }

    if depth.get() == msgpack::DEPTH {
        return Err(deep(format!(
            "structs and enums lie more than {} deep in one another",
            msgpack::DEPTH
        )));
    }
    depth.set(depth.get() + 1);
    let _leave = Leave(depth);
    run()
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// What a JSON object that went through Python's protobuf was, whose numbers all are floats: whole ones are integers
/// again.
pub(super) fn whole_numbers(json: serde_json::Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match json {
        Json::Number(number) => match number.as_f64().and_then(whole) {
            Some(value) => Json::from(value),
            None => Json::Number(number),
        },
        Json::Array(items) => items.into_iter().map(whole_numbers).collect(),
        Json::Object(object) => {
            let items = object.into_iter();
            items
                .map(|(key, value)| (key, whole_numbers(value)))
                .collect()
        }
        other => other,
    }
}

/// Writes a field behind its name.
///
/// # Errors
///
/// As [`FlyteType::write_msgpack`]; the error names the field.
pub(crate) fn write_field<T: FlyteType>(
    value: &T,
    name: &str,
    writer: &mut MsgpackWriter,
) -> Result<(), TypeError> {
    writer.string(name);
    write_inside(|| value.write_msgpack(writer)).map_err(|error| error.at(format!(".{name}")))
}

/// A struct as a literal: what its fields write.
///
/// # Errors
///
/// As `write`.
pub fn struct_to_literal(
    write: impl FnOnce(&mut MsgpackWriter) -> Result<(), TypeError>,
) -> Result<Literal, TypeError> {
    let mut writer = MsgpackWriter::new();
    write(&mut writer)?;
    Ok(Literal::msgpack(writer.finish()?))
}

/// A field in the type of a struct.
pub(crate) fn struct_field<T: FlyteType>(name: &str) -> StructField {
    StructField {
        name: name.to_owned(),
        aliases: &[],
        literal_type: T::literal_type(),
        schema: T::json_schema(),
        required: true,
        default: None,
    }
}

/// As [`struct_field`], for one with a default.
pub(crate) fn struct_field_or<T: FlyteType>(name: &str, default: fn() -> T) -> StructField {
    let mut writer = MsgpackWriter::new();
    let written = default().write_msgpack(&mut writer);
    let json = written
        .and_then(|()| writer.finish())
        .and_then(|bytes| msgpack::to_json(&bytes));
    // A default that cannot be written is not shown; the field is optional all the same.
    struct_field::<T>(name)
        .with_default(json.unwrap_or_else(|_| serde_json::Value::Array(Vec::new())))
}

/// Which of the strings of an enum a literal is.
///
/// # Errors
///
/// When it is no string or none of them.
pub fn enum_from_literal(
    literal: Literal,
    name: &'static str,
    values: &[&str],
) -> Result<usize, TypeError> {
    match literal.into_plain()? {
        LiteralValue::String(text) => match values.iter().position(|value| *value == text) {
            Some(index) => Ok(index),
            None => {
                let mut shown = Preview::new();
                shown.quoted(&text);
                Err(TypeError::OutOfRange {
                    value: shown.finish(),
                    expected: format!("`{name}`"),
                    reason: format!("it is one of {}", quoted(values)),
                })
            }
        },
        other => Err(TypeError::mismatch(
            format!("`{name}`"),
            Literal::from(other).kind(),
        )),
    }
}

thread_local! {
    /// The structs and enums whose types are being made, so that one that holds itself comes to an end.
    static OPEN: RefCell<Vec<TypeId>> = const { RefCell::new(Vec::new()) };
    /// How many structs and enums are being read in one another.
    static READING: Cell<usize> = const { Cell::new(0) };
    /// The same for those that are being written.
    static WRITING: Cell<usize> = const { Cell::new(0) };
}

/// Whether a type is being made.
pub(super) fn is_making() -> bool {
    OPEN.with_borrow(|open| !open.is_empty())
}

/// Runs a function while the type of `T` is being made; `None` if it is already.
pub(super) fn while_open<T: 'static, R>(make: impl FnOnce() -> R) -> Option<R> {
    struct Close;

    impl Drop for Close {
        fn drop(&mut self) {
            OPEN.with_borrow_mut(Vec::pop);
        }
    }

    let id = TypeId::of::<T>();
    let inside_itself = OPEN.with_borrow_mut(|open| {
        let inside = open.contains(&id);
        if !inside {
            open.push(id);
        }
        inside
    });
    if inside_itself {
        return None;
    }
    let _close = Close;
    Some(make())
}

/// The type of a struct. Where a struct holds itself, in a list for example, its inside is a struct of any fields.
pub fn struct_type<T: 'static>(name: &str, fields: fn() -> Vec<StructField>) -> LiteralType {
    match while_open::<T, _>(fields) {
        Some(fields) => LiteralType::Struct(StructType::new(name, fields)),
        None => LiteralType::AnyStruct,
    }
}
