//! Values as text: users type them at a prompt and read them in output, and other programs write them into files.

use super::{
    Literal, LiteralType, LiteralValue, Preview, TypeError, TypeInfo, Value, json_text, print,
    read::{self, may_be_null},
    written::Written,
};

/// Why a text is not a value of a type.
#[derive(Debug)]
pub enum TextError {
    /// A list, a map or a struct must be JSON, and this text is not.
    NotJson(serde_json::Error),
    /// It is a JSON object and not one of the variants, although one of these is a text.
    InQuotes(TypeError),
    /// It was parsed, but is not a value of the type.
    Type(TypeError),
}

impl From<TypeError> for TextError {
    fn from(error: TypeError) -> Self {
        Self::Type(error)
    }
}

impl TextError {
    /// The error if nothing more is known about the text.
    fn of(self, text: &str) -> TypeError {
        let what = || {
            let mut shown = Preview::new();
            shown.quoted(text);
            shown.finish()
        };
        match self {
            Self::Type(error) => error,
            Self::NotJson(error) => TypeError::Malformed {
                what: format!("{} as JSON", what()),
                reason: json_text::problem(text, &error),
            },
            Self::InQuotes(error) => TypeError::Malformed {
                what: what(),
                reason: in_quotes(text, &error),
            },
        }
    }
}

/// The problem with an object, and how to write it if it is meant as a text.
pub fn in_quotes(text: &str, error: &TypeError) -> String {
    let mut shown = Preview::new();
    shown.quoted(text);
    format!(
        "{error}; a text that is a JSON object has to be in quotes, as JSON: `{}`",
        shown.finish()
    )
}

/// The literal of a type that a text describes, as on the command line: strings as they are, numbers and booleans as
/// words, `1h30m` for a duration, lists, maps and structs as JSON.
///
/// ```
/// use flyte_runtime::{prelude::*, types::{Literal, literal_from_text, text_from_literal}};
///
/// let literal = literal_from_text("yes", &bool::literal_type())?;
/// assert_eq!(literal, Literal::boolean(true));
/// assert_eq!(text_from_literal(&literal, &bool::literal_type())?, "true");
/// # Ok::<(), flyte_runtime::types::TypeError>(())
/// ```
///
/// # Errors
///
/// When the text is not a value of the type.
pub fn literal_from_text(text: &str, literal_type: &LiteralType) -> Result<Literal, TypeError> {
    read_text(text, literal_type).map_err(|error| error.of(text))
}

/// A literal as the text that [`literal_from_text`] reads, which is the format of a run's output.
///
/// # Errors
///
/// As [`json_from_literal`](super::json_from_literal).
pub fn text_from_literal(
    literal: &Literal,
    literal_type: &LiteralType,
) -> Result<String, TypeError> {
    print::print_text(literal, literal_type)
}

/// Reads a value from text by its type, as on the command line; the inverse of [`text_from_literal`].
pub fn read_text(text: &str, literal_type: &LiteralType) -> Result<Literal, TextError> {
    let written = written(text, literal_type)?;
    read::read(&written, literal_type).map_err(|error| match (&written, literal_type.plain()) {
        (Written::Object(_), LiteralType::Union(_)) if takes_text(literal_type) => {
            TextError::InQuotes(error)
        }
        _ => TextError::Type(error),
    })
}

/// Parses a text by its type: JSON if the type has parts, a word otherwise.
pub(crate) fn written(text: &str, literal_type: &LiteralType) -> Result<Written, TextError> {
    let json = || Written::from_json_text(text).map_err(TextError::NotJson);
    Ok(match literal_type.plain() {
        LiteralType::Struct(_)
        | LiteralType::AnyStruct
        | LiteralType::Error
        | LiteralType::Collection(_)
        | LiteralType::Map(_) => json()?,
        LiteralType::String => Written::Plain(text.to_owned()),
        LiteralType::Blob(_) | LiteralType::StructuredDataset(_) => {
            match text.trim_start().starts_with('{') {
                true => json().unwrap_or_else(|_| Written::Plain(text.to_owned())),
                false => Written::Plain(text.to_owned()),
            }
        }
        LiteralType::Union(_) => in_union(text, literal_type)?,
        _ => word(text),
    })
}

/// A word; if it is quoted as in JSON, the text inside the quotes.
fn word(text: &str) -> Written {
    match text.trim_start().starts_with('"') {
        true => Written::from_json_text(text).unwrap_or_else(|_| Written::Plain(text.to_owned())),
        false => Written::Plain(text.to_owned()),
    }
}

fn takes_text(literal_type: &LiteralType) -> bool {
    any_of(literal_type, &|variant| {
        matches!(
            variant,
            LiteralType::String | LiteralType::Blob(_) | LiteralType::StructuredDataset(_)
        )
    })
}

/// Whether the type can hold only text, so that an object must be text unless it names a variant.
fn is_only_text(written: &Written, literal_type: &LiteralType) -> bool {
    match literal_type.plain() {
        LiteralType::String => true,
        LiteralType::Union(variants) => match literal_type.plain().optional() {
            Some(some) => read::named(written, variants).is_none() && is_only_text(written, some),
            None => false,
        },
        _ => false,
    }
}

/// Parses the text of a union. `null` is nothing if the union allows it; a quoted text is a text; a text needs quotes
/// only if another variant begins in the same way. With several variants a JSON object is never a text, because that
/// would hide a misspelt name.
fn in_union(text: &str, literal_type: &LiteralType) -> Result<Written, TextError> {
    let plain = || Written::Plain(text.to_owned());
    let trimmed = text.trim();
    let takes_text = takes_text(literal_type);
    let takes_lists = any_of(literal_type, &|variant| {
        matches!(variant, LiteralType::Collection(_) | LiteralType::AnyStruct)
    });
    let json = Written::from_json_text(text);
    if trimmed == "null" && may_be_null(literal_type) && (!takes_text || text == "null") {
        return Ok(Written::Null);
    }
    match (trimmed.chars().next(), json) {
        // It is quoted and therefore a text, even if it would be another value without quotes.
        (Some('"'), Ok(json)) => Ok(json),
        (Some('['), Ok(json)) if takes_lists || !takes_text => Ok(json),
        (Some('{'), Ok(json)) => match is_only_text(&json, literal_type) {
            true => Ok(plain()),
            false => Ok(json),
        },
        (Some('[' | '{'), Err(error)) if !takes_text => Err(TextError::NotJson(error)),
        // A duplicate key, or a number that is too large.
        (Some('['), Err(error)) if takes_lists && json_text::is_well_formed(text) => {
            Err(TextError::NotJson(error))
        }
        (Some('{'), Err(error))
            if !is_only_text(&Written::Null, literal_type) && json_text::is_well_formed(text) =>
        {
            Err(TextError::NotJson(error))
        }
        // Of these words the command line knows only `null`.
        _ if Written::resolved(trimmed) == Written::Null => Ok(Written::Text(text.to_owned())),
        _ => Ok(plain()),
    }
}

fn any_of(literal_type: &LiteralType, is: &dyn Fn(&LiteralType) -> bool) -> bool {
    match literal_type.plain() {
        LiteralType::Union(variants) => variants.iter().any(|v| any_of(&v.literal_type, is)),
        other => is(other),
    }
}

/// The value that a text describes.
pub fn value_from_text(text: &str, info: &TypeInfo) -> Result<Value, TypeError> {
    info.from_literal(literal_from_text(text, &info.shared_literal_type())?)
}

/// The text of a value for a script: the empty text for nothing, the path for a file.
pub fn script_text(value: &Value, info: &TypeInfo) -> Result<String, TypeError> {
    fn place(literal: &Literal) -> Option<&str> {
        match &literal.value {
            LiteralValue::None => Some(""),
            LiteralValue::Blob(blob) => Some(&blob.uri),
            LiteralValue::String(text) => Some(text),
            LiteralValue::Union { value, .. } => place(value),
            _ => None,
        }
    }
    let literal = info.to_literal(value)?;
    match place(&literal) {
        Some(text) => Ok(text.to_owned()),
        None => print::print_text(&literal, &info.shared_literal_type()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_what_is_written_and_everything_else_is_json() {
        let read = |text: &str| value_from_text(text, &TypeInfo::of::<String>());
        for text in ["3", "\"a\"", "null", "", " a "] {
            let value = read(text).expect("every text is a string");
            assert_eq!(value.downcast_ref::<String>().expect("a string"), text);
        }
        let value = value_from_text(" [1, 2] ", &TypeInfo::of::<Vec<i64>>());
        assert_eq!(value.expect("a list").downcast_ref(), Some(&vec![1_i64, 2]));
        let error = value_from_text("many", &TypeInfo::of::<i64>()).expect_err("no number");
        assert_eq!(
            error.to_string(),
            "expected integer, found the string \"many\""
        );
    }

    #[test]
    fn nothing_is_null_and_the_text_null_is_in_quotes() {
        let info = TypeInfo::of::<Option<String>>();
        for (text, meant) in [
            ("null", None),
            ("\"null\"", Some("null")),
            ("a", Some("a")),
            ("a \"b\"", Some("a \"b\"")),
            ("\"a\"", Some("a")),
            (r#""\"a\"""#, Some("\"a\"")),
            ("[1]", Some("[1]")),
            ("~", Some("~")),
            ("", Some("")),
            ("5", Some("5")),
        ] {
            let value = value_from_text(text, &info).expect("every text means something");
            let meant = meant.map(str::to_owned);
            assert_eq!(
                value.downcast_ref::<Option<String>>(),
                Some(&meant),
                "{text}"
            );
        }
    }

    #[test]
    fn what_a_script_is_told_means_the_value() {
        let info = TypeInfo::of::<Option<i64>>();
        let text = |value: Option<i64>| script_text(&Value::new(value), &info);
        assert_eq!(text(Some(3)).expect("a number"), "3");
        assert_eq!(text(None).expect("nothing"), "");
        let text = script_text(&Value::new("a b".to_owned()), &TypeInfo::of::<String>());
        assert_eq!(text.expect("a string"), "a b");
        let null = Value::new(Some("null".to_owned()));
        let text = script_text(&null, &TypeInfo::of::<Option<String>>());
        assert_eq!(text.expect("a string"), "null");
    }
}
