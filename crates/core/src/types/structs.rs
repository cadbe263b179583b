//! Structs and enums: the functions that `#[derive(FlyteType)]` calls.

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

/// Reads the fields of a struct.
#[derive(Debug)]
pub struct StructReader {
    name: &'static str,
    fields: BTreeMap<String, Literal>,
}

impl StructReader {
    /// Starts to read the fields of a literal.
    ///
    /// # Errors
    ///
    /// When the literal is not a struct.
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

    /// Reads the field that is stored under the first of these names that is present.
    ///
    /// # Errors
    ///
    /// When the field is missing and its type has no absent value, or the field has another type.
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
    /// When the field has another type.
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

    /// Refuses fields that were not read.
    ///
    /// # Errors
    ///
    /// When an unread field is left.
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

/// Reads a part of a struct or an enum. Only these can contain themselves, so the nesting limit is checked here.
///
/// # Errors
///
/// As [`FlyteType::from_literal`], and when values are nested too deeply.
pub(crate) fn read_inside<T: FlyteType>(literal: Literal) -> Result<T, TypeError> {
    let deep = |reason| TypeError::Malformed {
        what: "a value".to_owned(),
        reason,
    };
    inside(&READING, deep, || T::from_literal(literal))
}

/// Writes a part of a struct or an enum; a value that is nested too deeply to be read again is not written.
///
/// # Errors
///
/// As `write`, and when values are nested too deeply.
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

/// Restores integers in a JSON object that went through Python's protobuf, where all numbers are floats: whole ones
/// become integers again.
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

/// Writes a field after its name.
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

/// A struct as a literal with the fields that `write` writes.
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
    // A default that cannot be written is not shown; the field is still optional.
    struct_field::<T>(name)
        .with_default(json.unwrap_or_else(|_| serde_json::Value::Array(Vec::new())))
}

/// The enum string that a literal is.
///
/// # Errors
///
/// When it is not a string or not one of them.
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
    /// The structs and enums whose types are being made, so that the type of a recursive one ends.
    static OPEN: RefCell<Vec<TypeId>> = const { RefCell::new(Vec::new()) };
    /// The nesting depth of the structs and enums being read.
    static READING: Cell<usize> = const { Cell::new(0) };
    /// The nesting depth of the structs and enums being written.
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

/// The type of a struct. Where a struct contains itself, for example in a list, the inner type is a struct of any
/// fields.
pub fn struct_type<T: 'static>(name: &str, fields: fn() -> Vec<StructField>) -> LiteralType {
    match while_open::<T, _>(fields) {
        Some(fields) => LiteralType::Struct(StructType::new(name, fields)),
        None => LiteralType::AnyStruct,
    }
}
