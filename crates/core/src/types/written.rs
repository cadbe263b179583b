//! Values as users write them, before a type determines their meaning.

use std::{collections::HashSet, fmt};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value as Json};

use super::json_text;

/// A value in JSON, in YAML or on the command line.
#[derive(Clone, Debug, PartialEq)]
pub enum Written {
    /// `null`
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// Wider than Flyte's integers, so that one that does not fit is refused instead of rounded.
    Integer(i128),
    /// The digits of a whole number that is even longer.
    Long(String),
    /// Any other number.
    Float(f64),
    /// A quoted text.
    Text(String),
    /// An unquoted word, in YAML or on the command line: the declared type determines its meaning. Not empty in YAML.
    Plain(String),
    /// A list.
    List(Vec<Written>),
    /// Keys and values, in source order.
    Object(Vec<(String, Written)>),
}

impl Written {
    /// Reads JSON; a duplicate key is an error.
    pub fn from_json_text(text: &str) -> Result<Self, serde_json::Error> {
        json_text::parse(text)
    }

    /// The meaning of a word without a declared type, by the core schema of YAML 1.2.
    pub(crate) fn resolved(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Self::Null,
            "true" | "True" | "TRUE" => return Self::Boolean(true),
            "false" | "False" | "FALSE" => return Self::Boolean(false),
            _ => {}
        }
        if let Some(number) = integer(text).map(Self::Integer) {
            return number;
        }
        if let Some(number) = Self::whole(text) {
            return number;
        }
        match float(text) {
            Some(number) => Self::Float(number),
            None => Self::Text(text.to_owned()),
        }
    }

    /// A whole number with any number of decimal digits.
    pub(crate) fn whole(digits: &str) -> Option<Self> {
        is_whole(digits).then(|| match digits.parse() {
            Ok(number) => Self::Integer(number),
            Err(_) => Self::Long(digits.to_owned()),
        })
    }

    /// The value's kind for an error message.
    pub fn found(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Boolean(value) => format!("the boolean {value}"),
            Self::Integer(value) => format!("the number {value}"),
            Self::Long(digits) => {
                let mut shown = super::Preview::new();
                shown.text(digits);
                format!("the number {}", shown.finish())
            }
            Self::Float(value) => format!("the number {value:?}"),
            Self::Text(text) | Self::Plain(text) => {
                let mut shown = super::Preview::new();
                shown.quoted(text);
                format!("the string {}", shown.finish())
            }
            Self::List(_) => "a list".to_owned(),
            Self::Object(_) => "an object".to_owned(),
        }
    }
}

/// A whole number by the core schema: `-3`, `0x1F`, `0o17`.
pub(crate) fn integer(text: &str) -> Option<i128> {
    if let Some(digits) = text.strip_prefix("0x") {
        return i128::from_str_radix(unsigned(digits)?, 16).ok();
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return i128::from_str_radix(unsigned(digits)?, 8).ok();
    }
    is_whole(text).then(|| text.parse().ok()).flatten()
}

fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn unsigned(digits: &str) -> Option<&str> {
    (!digits.starts_with(['-', '+'])).then_some(digits)
}

/// A number by the core schema: `1.5`, `-1e3`, `.inf`, `.nan`.
fn float(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    match digits {
        ".inf" | ".Inf" | ".INF" if text.starts_with('-') => return Some(f64::NEG_INFINITY),
        ".inf" | ".Inf" | ".INF" => return Some(f64::INFINITY),
        _ => {}
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(f64::NAN);
    }
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+'));
    match is_number {
        true => text.parse().ok(),
        false => None,
    }
}

/// The names of the floats that are not numbers, for which JSON has no form: as they are printed, and as Python,
/// JavaScript and YAML write them.
pub(crate) fn not_a_number(text: &str) -> Option<f64> {
    let (is_negative, name) = match text.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    match (name, is_negative) {
        ("NaN" | "nan" | ".nan" | ".NaN" | ".NAN", false) => Some(f64::NAN),
        ("inf" | "Infinity" | "infinity" | ".inf" | ".Inf" | ".INF", false) => Some(f64::INFINITY),
        ("inf" | "Infinity" | "infinity" | ".inf" | ".Inf" | ".INF", true) => {
            Some(f64::NEG_INFINITY)
        }
        _ => None,
    }
}

/// Parses a boolean: `true`, `yes`, `y` or `1`, and `false`, `no`, `n` or `0`, in upper or lower case.
pub fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Some(true),
        "false" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

impl From<Json> for Written {
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Boolean(value),
            Json::Number(number) => number_of(&number),
            Json::String(text) => Self::Text(text),
            Json::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Json::Object(object) => {
                let entries = object.into_iter();
                let entries = entries.map(|(key, value)| (key, Self::from(value)));
                Self::Object(entries.collect())
            }
        }
    }
}

/// As the conversion of an owned value, without consuming it.
impl From<&Json> for Written {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Boolean(*value),
            Json::Number(number) => number_of(number),
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Json::Object(object) => {
                let entries = object.iter();
                let entries = entries.map(|(key, value)| (key.clone(), Self::from(value)));
                Self::Object(entries.collect())
            }
        }
    }
}

fn number_of(number: &Number) -> Written {
    match (number.as_i64(), number.as_u64()) {
        (Some(value), _) => Written::Integer(value.into()),
        (None, Some(value)) => Written::Integer(value.into()),
        (None, None) => Written::Float(number.as_f64().unwrap_or(f64::NAN)),
    }
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Written, E> {
        Ok(Written::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Written, E> {
        Ok(Written::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Written, E> {
        Ok(Written::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Written, E> {
        Ok(Written::Integer(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Written, E> {
        Ok(Written::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Written, E> {
        Ok(Written::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Written, E> {
        Ok(Written::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Written, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Written::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Written, A::Error> {
        let mut object: Vec<(String, Written)> = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        match twice(&object) {
            Some(key) => Err(A::Error::custom(format!("the key `{key}` is there twice"))),
            None => Ok(Written::Object(object)),
        }
    }
}

/// The first duplicate key.
pub(crate) fn twice(object: &[(String, Written)]) -> Option<&str> {
    let mut keys = HashSet::with_capacity(object.len());
    let mut names = object.iter().map(|(key, _)| key.as_str());
    names.find(|key| !keys.insert(*key))
}
