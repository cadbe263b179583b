//! MessagePack as Flyte uses it: what the fields of structs look like, and the way from there to literals and back.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Literal, LiteralValue, TypeError, time};

/// How deep the values of a MessagePack text may lie in one another before it is refused.
pub(super) const DEPTH: usize = 128;

/// Writes MessagePack in its shortest form, as Python's `msgpack` does, so that equal values have equal bytes.
///
/// What [`FlyteType::write_msgpack`](super::FlyteType::write_msgpack) writes into.
#[derive(Debug, Default)]
pub struct MsgpackWriter(Vec<u8>);

impl MsgpackWriter {
    /// An empty text.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes written so far.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }

    /// The absence of a value.
    pub fn nil(&mut self) {
        self.0.push(0xc0);
    }

    /// A boolean.
    pub fn boolean(&mut self, value: bool) {
        self.0.push(if value { 0xc3 } else { 0xc2 });
    }

    /// An integer.
    pub fn integer(&mut self, value: i64) {
        match value {
            0.. => self.unsigned(value.unsigned_abs()),
            -32..0 => self.0.push(value as u8),
            _ => {
                if let Ok(value) = i8::try_from(value) {
                    self.marked(0xd0, &value.to_be_bytes());
                } else if let Ok(value) = i16::try_from(value) {
                    self.marked(0xd1, &value.to_be_bytes());
                } else if let Ok(value) = i32::try_from(value) {
                    self.marked(0xd2, &value.to_be_bytes());
                } else {
                    self.marked(0xd3, &value.to_be_bytes());
                }
            }
        }
    }

    fn unsigned(&mut self, value: u64) {
        match value {
            0..0x80 => self.0.push(value as u8),
            0x80..0x100 => self.marked(0xcc, &[value as u8]),
            0x100..0x1_0000 => self.marked(0xcd, &(value as u16).to_be_bytes()),
            0x1_0000..0x1_0000_0000 => self.marked(0xce, &(value as u32).to_be_bytes()),
            _ => self.marked(0xcf, &value.to_be_bytes()),
        }
    }

    /// A float, always with 64 bits.
    pub fn float(&mut self, value: f64) {
        self.marked(0xcb, &value.to_be_bytes());
    }

    /// A string.
    pub fn string(&mut self, value: &str) {
        match value.len() {
            length @ 0..32 => self.0.push(0xa0 | length as u8),
            length @ 32..0x100 => self.marked(0xd9, &[length as u8]),
            length => self.length(0xda, length),
        }
        self.0.extend_from_slice(value.as_bytes());
    }

    /// Bytes.
    pub fn bytes(&mut self, value: &[u8]) {
        match value.len() {
            length @ 0..0x100 => self.marked(0xc4, &[length as u8]),
            length => self.length(0xc5, length),
        }
        self.0.extend_from_slice(value);
    }

    /// The beginning of a list, to be followed by `length` values.
    pub fn array(&mut self, length: usize) {
        match length {
            0..16 => self.0.push(0x90 | length as u8),
            _ => self.length(0xdc, length),
        }
    }

    /// The beginning of a map, to be followed by `length` pairs of a key and a value.
    pub fn map(&mut self, length: usize) {
        match length {
            0..16 => self.0.push(0x80 | length as u8),
            _ => self.length(0xde, length),
        }
    }

    /// A value that is MessagePack already.
    pub fn raw(&mut self, value: &[u8]) {
        self.0.extend_from_slice(value);
    }

    fn marked(&mut self, marker: u8, bytes: &[u8]) {
        self.0.push(marker);
        self.0.extend_from_slice(bytes);
    }

    /// A length of 16 bits, or of 32 with the marker after it. MessagePack has no longer ones.
    fn length(&mut self, marker: u8, length: usize) {
        match u16::try_from(length) {
            Ok(length) => self.marked(marker, &length.to_be_bytes()),
            Err(_) => self.marked(marker + 1, &(length as u32).to_be_bytes()),
        }
    }

    /// A value in Flyte's form, as flytekit stores it in the field of a dataclass.
    ///
    /// # Errors
    ///
    /// When it is an offloaded literal, which is not here, or its time has no text.
    pub fn literal(&mut self, literal: &Literal) -> Result<(), TypeError> {
        match &literal.value {
            LiteralValue::None => self.nil(),
            LiteralValue::Integer(value) => self.integer(*value),
            LiteralValue::Float(value) => self.float(*value),
            LiteralValue::String(value) => self.string(value),
            LiteralValue::Boolean(value) => self.boolean(*value),
            LiteralValue::Datetime { seconds, nanos } => {
                self.string(&time::to_iso(*seconds, *nanos)?);
            }
            LiteralValue::Duration { seconds, nanos } => {
                self.float(time::to_seconds(*seconds, *nanos));
            }
            LiteralValue::Msgpack(bytes) => self.raw(bytes),
            LiteralValue::Binary { bytes, .. } => self.bytes(bytes),
            LiteralValue::Generic(object) => self.object(object),
            LiteralValue::Blob(blob) => {
                self.map(1);
                self.string("path");
                self.string(&blob.uri);
            }
            LiteralValue::StructuredDataset(dataset) => {
                self.map(2);
                self.string("uri");
                self.string(&dataset.uri);
                self.string("file_format");
                self.string(&dataset.dataset_type.format);
            }
            LiteralValue::Schema(schema) => {
                self.map(1);
                self.string("remote_path");
                self.string(&schema.uri);
            }
            LiteralValue::Error(error) => {
                self.map(2);
                self.string("message");
                self.string(&error.message);
                self.string("failed_node_id");
                self.string(&error.failed_node_id);
            }
            LiteralValue::Union { value, .. } => self.literal(value)?,
            LiteralValue::Collection(items) => {
                self.array(items.len());
                for (index, item) in items.iter().enumerate() {
                    self.literal(item).map_err(|e| e.at(format!("[{index}]")))?;
                }
            }
            LiteralValue::Map(items) => {
                self.map(items.len());
                for (key, item) in items {
                    self.string(key);
                    self.literal(item).map_err(|e| e.at(format!("[{key:?}]")))?;
                }
            }
            LiteralValue::Offloaded(offloaded) => {
                return Err(TypeError::Offloaded {
                    uri: offloaded.uri.clone(),
                });
            }
        }
        Ok(())
    }

    /// A JSON value.
    pub fn json(&mut self, json: &Json) {
        match json {
            Json::Null => self.nil(),
            Json::Bool(value) => self.boolean(*value),
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(value), _) => self.integer(value),
                (None, Some(value)) => self.unsigned(value),
                (None, None) => self.float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(value) => self.string(value),
            Json::Array(items) => {
                self.array(items.len());
                items.iter().for_each(|item| self.json(item));
            }
            Json::Object(object) => self.object(object),
        }
    }

    fn object(&mut self, object: &serde_json::Map<String, Json>) {
        self.map(object.len());
        for (key, value) in object {
            self.string(key);
            self.json(value);
        }
    }
}

/// The beginning of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Token<'a> {
    Nil,
    Boolean(bool),
    Integer(i64),
    /// Above `i64::MAX`.
    Unsigned(u64),
    Float(f64),
    String(&'a str),
    Bytes(&'a [u8]),
    Extension,
    Array(usize),
    Map(usize),
}

/// Reads MessagePack without copying; whatever the bytes are, it takes no more memory and time than their number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], TypeError> {
        let Some((taken, rest)) = self.0.split_at_checked(length) else {
            return Err(malformed(format!(
                "it ends {} bytes too early",
                length - self.0.len()
            )));
        };
        self.0 = rest;
        Ok(taken)
    }

    fn number<const N: usize>(&mut self) -> Result<[u8; N], TypeError> {
        let mut number = [0; N];
        number.copy_from_slice(self.take(N)?);
        Ok(number)
    }

    /// A length of 1, 2 or 4 bytes.
    fn length(&mut self, width: u8) -> Result<usize, TypeError> {
        Ok(match width {
            0 => usize::from(self.number::<1>()?[0]),
            1 => usize::from(u16::from_be_bytes(self.number()?)),
            _ => u32::from_be_bytes(self.number()?) as usize,
        })
    }

    fn string(&mut self, length: usize) -> Result<Token<'a>, TypeError> {
        match str::from_utf8(self.take(length)?) {
            Ok(text) => Ok(Token::String(text)),
            Err(_) => Err(malformed("a string in it is not UTF-8")),
        }
    }

    /// A number of parts, each of which takes at least a byte.
    fn parts(&self, length: usize, bytes_each: usize) -> Result<usize, TypeError> {
        if length.saturating_mul(bytes_each) > self.0.len() {
            return Err(malformed(format!(
                "it announces {length} parts and ends after {} bytes",
                self.0.len()
            )));
        }
        Ok(length)
    }

    fn array(&self, length: usize) -> Result<Token<'a>, TypeError> {
        self.parts(length, 1).map(Token::Array)
    }

    fn map(&self, length: usize) -> Result<Token<'a>, TypeError> {
        self.parts(length, 2).map(Token::Map)
    }

    pub(crate) fn token(&mut self) -> Result<Token<'a>, TypeError> {
        let [marker] = self.number()?;
        Ok(match marker {
            0x00..=0x7f => Token::Integer(i64::from(marker)),
            0x80..=0x8f => self.map(usize::from(marker & 0x0f))?,
            0x90..=0x9f => self.array(usize::from(marker & 0x0f))?,
            0xa0..=0xbf => self.string(usize::from(marker & 0x1f))?,
            0xc0 => Token::Nil,
            0xc1 => return Err(malformed("the byte 0xc1 begins nothing")),
            0xc2 => Token::Boolean(false),
            0xc3 => Token::Boolean(true),
            0xc4..=0xc6 => {
                let length = self.length(marker - 0xc4)?;
                Token::Bytes(self.take(length)?)
            }
            0xc7..=0xc9 => {
                let length = self.length(marker - 0xc7)?;
                self.take(1)?;
                self.take(length)?;
                Token::Extension
            }
            0xca => Token::Float(f64::from(f32::from_be_bytes(self.number()?))),
            0xcb => Token::Float(f64::from_be_bytes(self.number()?)),
            0xcc => Token::Integer(i64::from(self.number::<1>()?[0])),
            0xcd => Token::Integer(i64::from(u16::from_be_bytes(self.number()?))),
            0xce => Token::Integer(i64::from(u32::from_be_bytes(self.number()?))),
            0xcf => {
                let value = u64::from_be_bytes(self.number()?);
                i64::try_from(value).map_or(Token::Unsigned(value), Token::Integer)
            }
            0xd0 => Token::Integer(i64::from(i8::from_be_bytes(self.number()?))),
            0xd1 => Token::Integer(i64::from(i16::from_be_bytes(self.number()?))),
            0xd2 => Token::Integer(i64::from(i32::from_be_bytes(self.number()?))),
            0xd3 => Token::Integer(i64::from_be_bytes(self.number()?)),
            0xd4..=0xd8 => {
                self.take(1 + (1 << (marker - 0xd4)))?;
                Token::Extension
            }
            0xd9..=0xdb => {
                let length = self.length(marker - 0xd9)?;
                self.string(length)?
            }
            0xdc | 0xdd => {
                let length = self.length(marker - 0xdb)?;
                self.array(length)?
            }
            0xde | 0xdf => {
                let length = self.length(marker - 0xdd)?;
                self.map(length)?
            }
            0xe0..=0xff => Token::Integer(i64::from(marker as i8)),
        })
    }

    /// The bytes of the next value. Without recursion, so that nesting costs nothing.
    pub(crate) fn value(&mut self) -> Result<&'a [u8], TypeError> {
        let start = self.0;
        let mut missing: u64 = 1;
        while missing > 0 {
            missing -= 1;
            missing += match self.token()? {
                Token::Array(length) => length as u64,
                Token::Map(length) => 2 * length as u64,
                _ => 0,
            };
        }
        Ok(&start[..start.len() - self.0.len()])
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// When something is left.
    pub(crate) fn finish(self) -> Result<(), TypeError> {
        match self.0.len() {
            0 => Ok(()),
            left => Err(malformed(format!("{left} bytes follow the value"))),
        }
    }

    fn json(&mut self, depth: usize) -> Result<Json, TypeError> {
        if depth > DEPTH {
            return Err(malformed(format!(
                "values lie more than {DEPTH} deep in one another"
            )));
        }
        Ok(match self.token()? {
            Token::Nil => Json::Null,
            Token::Boolean(value) => value.into(),
            Token::Integer(value) => value.into(),
            Token::Unsigned(value) => value.into(),
            // JSON has no NaN and no infinity; their names survive where `null` would lose them.
            Token::Float(value) => serde_json::Number::from_f64(value)
                .map_or_else(|| Json::from(value.to_string()), Json::Number),
            Token::String(value) => value.into(),
            Token::Bytes(value) => super::bytes::to_base64(value).into(),
            Token::Extension => return Err(malformed("it holds an extension type")),
            Token::Array(length) => {
                let mut items = Vec::new();
                for _ in 0..length {
                    items.push(self.json(depth + 1)?);
                }
                items.into()
            }
            Token::Map(length) => {
                let mut items = serde_json::Map::new();
                for _ in 0..length {
                    let key = match self.json(depth + 1)? {
                        Json::String(key) => key,
                        other => other.to_string(),
                    };
                    items.insert(key, self.json(depth + 1)?);
                }
                items.into()
            }
        })
    }
}

fn malformed(reason: impl Into<String>) -> TypeError {
    TypeError::Malformed {
        what: "MessagePack".to_owned(),
        reason: reason.into(),
    }
}

/// MessagePack as JSON; keys that are no strings become their text, bytes their base64.
///
/// # Errors
///
/// When the bytes are not one MessagePack value, hold an extension type or lie too deep.
pub(crate) fn to_json(bytes: &[u8]) -> Result<Json, TypeError> {
    let mut reader = Reader::new(bytes);
    let json = reader.json(0)?;
    reader.finish()?;
    Ok(json)
}

/// JSON as MessagePack.
pub(crate) fn from_json(json: &Json) -> Vec<u8> {
    let mut writer = MsgpackWriter::new();
    writer.json(json);
    writer.finish()
}

/// The words an error message uses for the kind of a value.
pub(crate) fn kind(bytes: &[u8]) -> &'static str {
    match Reader::new(bytes).token() {
        Ok(Token::Nil) => "none",
        Ok(Token::Boolean(_)) => "a boolean",
        Ok(Token::Integer(_) | Token::Unsigned(_)) => "an integer",
        Ok(Token::Float(_)) => "a float",
        Ok(Token::String(_)) => "a string",
        Ok(Token::Bytes(_)) => "bytes",
        Ok(Token::Array(_)) => "a collection",
        Ok(Token::Map(_)) => "a struct",
        Ok(Token::Extension) | Err(_) => "unreadable MessagePack",
    }
}

impl Literal {
    /// The value with its outermost layer of MessagePack taken off: what a backend passes when it picks the field of a
    /// struct is the field's MessagePack, and is a plain value here.
    ///
    /// Lists and maps keep MessagePack in their parts, and maps with keys other than strings stay as they are.
    ///
    /// # Errors
    ///
    /// When the bytes are no MessagePack, or the literal is offloaded and not here.
    ///
    /// ```
    /// use flyte_runtime::types::{Literal, LiteralValue};
    ///
    /// assert_eq!(Literal::msgpack(vec![3]).into_plain()?, LiteralValue::Integer(3));
    /// # Ok::<(), flyte_runtime::types::TypeError>(())
    /// ```
    pub fn into_plain(self) -> Result<LiteralValue, TypeError> {
        let bytes = match self.value {
            LiteralValue::Msgpack(bytes) => bytes,
            LiteralValue::Offloaded(offloaded) => {
                return Err(TypeError::Offloaded { uri: offloaded.uri });
            }
            other => return Ok(other),
        };
        let mut reader = Reader::new(&bytes);
        let plain = match reader.token()? {
            Token::Nil => LiteralValue::None,
            Token::Boolean(value) => LiteralValue::Boolean(value),
            Token::Integer(value) => LiteralValue::Integer(value),
            Token::Unsigned(value) => {
                return Err(TypeError::OutOfRange {
                    value: value.to_string(),
                    expected: "a Flyte integer".to_owned(),
                    reason: format!("Flyte's integers end at {}", i64::MAX),
                });
            }
            Token::Float(value) => LiteralValue::Float(value),
            Token::String(value) => LiteralValue::String(value.to_owned()),
            Token::Bytes(value) => LiteralValue::Binary {
                bytes: value.to_vec(),
                tag: Box::default(),
            },
            Token::Extension => return Err(malformed("it holds an extension type")),
            Token::Array(length) => {
                let mut items = Vec::with_capacity(length);
                for _ in 0..length {
                    items.push(Literal::msgpack(reader.value()?.to_vec()));
                }
                LiteralValue::Collection(items)
            }
            Token::Map(length) => {
                let mut items = BTreeMap::new();
                for _ in 0..length {
                    let Token::String(key) = reader.token()? else {
                        return Ok(LiteralValue::Msgpack(bytes));
                    };
                    items.insert(key.to_owned(), Literal::msgpack(reader.value()?.to_vec()));
                }
                LiteralValue::Map(items)
            }
        };
        reader.finish()?;
        Ok(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_costs_no_stack_and_lengths_no_memory() {
        let deep = [vec![0x91; 1_000_000], vec![0xc0]].concat();
        assert_eq!(Reader::new(&deep).value().unwrap().len(), deep.len());
        assert!(
            to_json(&deep)
                .unwrap_err()
                .to_string()
                .contains("more than 128 deep")
        );
        let long = [0xdd, 0xff, 0xff, 0xff, 0xff, 0];
        let error = Literal::msgpack(long.to_vec()).into_plain().unwrap_err();
        assert!(
            error.to_string().contains("announces 4294967295 parts"),
            "{error}"
        );
    }

    #[test]
    fn numbers_take_their_shortest_form() {
        for (value, hex) in [
            (0, "00"),
            (127, "7f"),
            (128, "cc80"),
            (256, "cd0100"),
            (65536, "ce00010000"),
            (1 << 32, "cf0000000100000000"),
            (-1, "ff"),
            (-32, "e0"),
            (-33, "d0df"),
            (-129, "d1ff7f"),
            (-32769, "d2ffff7fff"),
            (i64::MIN, "d38000000000000000"),
        ] {
            let mut writer = MsgpackWriter::new();
            writer.integer(value);
            let bytes = writer.finish();
            let written: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(written, hex);
            assert_eq!(Reader::new(&bytes).token(), Ok(Token::Integer(value)));
        }
    }
}
