//! Writes MessagePack.

use serde_json::Value as Json;

use crate::types::{Literal, LiteralValue, TypeError, time};

/// Writes MessagePack in its shortest form, as Python's `msgpack` does, so that equal values have equal bytes.
///
/// [`FlyteType::write_msgpack`](crate::types::FlyteType::write_msgpack) writes to it.
#[derive(Debug, Default)]
pub struct MsgpackWriter {
    bytes: Vec<u8>,
    /// The first length that is too large for MessagePack.
    too_long: Option<usize>,
}

impl MsgpackWriter {
    /// An empty writer.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes written so far.
    ///
    /// # Errors
    ///
    /// When a text, bytes, an array or a map is longer than MessagePack's maximum length, 2³² - 1.
    pub fn finish(self) -> Result<Vec<u8>, TypeError> {
        match self.too_long {
            None => Ok(self.bytes),
            Some(length) => Err(TypeError::Store {
                what: format!("what has a length of {length}"),
                reason: format!(
                    "MessagePack, in which it is stored, has none above {}; store it in a file, with `FlyteFile`",
                    u32::MAX
                ),
            }),
        }
    }

    /// Writes an absent value.
    pub fn nil(&mut self) {
        self.bytes.push(0xc0);
    }

    /// Writes a boolean.
    pub fn boolean(&mut self, value: bool) {
        self.bytes.push(if value { 0xc3 } else { 0xc2 });
    }

    /// Writes an integer.
    pub fn integer(&mut self, value: i64) {
        match value {
            0.. => self.unsigned(value.unsigned_abs()),
            -32..0 => self.bytes.push(value as u8),
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
            0..0x80 => self.bytes.push(value as u8),
            0x80..0x100 => self.marked(0xcc, &[value as u8]),
            0x100..0x1_0000 => self.marked(0xcd, &(value as u16).to_be_bytes()),
            0x1_0000..0x1_0000_0000 => self.marked(0xce, &(value as u32).to_be_bytes()),
            _ => self.marked(0xcf, &value.to_be_bytes()),
        }
    }

    /// Writes a float, always with 64 bits.
    pub fn float(&mut self, value: f64) {
        self.marked(0xcb, &value.to_be_bytes());
    }

    /// Writes a string.
    pub fn string(&mut self, value: &str) {
        match value.len() {
            length @ 0..32 => self.bytes.push(0xa0 | length as u8),
            length @ 32..0x100 => self.marked(0xd9, &[length as u8]),
            length => self.length(0xda, length),
        }
        self.bytes.extend_from_slice(value.as_bytes());
    }

    /// Writes bytes.
    pub fn bytes(&mut self, value: &[u8]) {
        match value.len() {
            length @ 0..0x100 => self.marked(0xc4, &[length as u8]),
            length => self.length(0xc5, length),
        }
        self.bytes.extend_from_slice(value);
    }

    /// Writes the beginning of a list; `length` values must follow.
    pub fn array(&mut self, length: usize) {
        match length {
            0..16 => self.bytes.push(0x90 | length as u8),
            _ => self.length(0xdc, length),
        }
    }

    /// Writes the beginning of a map; `length` pairs of a key and a value must follow.
    pub fn map(&mut self, length: usize) {
        match length {
            0..16 => self.bytes.push(0x80 | length as u8),
            _ => self.length(0xde, length),
        }
    }

    /// Writes a value that already is MessagePack.
    pub fn raw(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
    }

    fn marked(&mut self, marker: u8, bytes: &[u8]) {
        self.bytes.push(marker);
        self.bytes.extend_from_slice(bytes);
    }

    /// Writes a length of 16 bits, or of 32 bits with the next marker. MessagePack has no longer ones.
    fn length(&mut self, marker: u8, length: usize) {
        match u16::try_from(length) {
            Ok(length) => self.marked(marker, &length.to_be_bytes()),
            Err(_) => match u32::try_from(length) {
                Ok(length) => self.marked(marker + 1, &length.to_be_bytes()),
                Err(_) => {
                    self.too_long.get_or_insert(length);
                }
            },
        }
    }

    /// Writes a value in Flyte's form, as flytekit stores it in the field of a dataclass.
    ///
    /// # Errors
    ///
    /// When it is an offloaded literal, or its time has no text form.
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
                match time::exact_seconds(*seconds, *nanos) {
                    Some(number) => self.float(number),
                    // Python does not support such durations, and must not read another one.
                    None => self.string(&time::duration_text(*seconds, *nanos)),
                }
            }
            LiteralValue::Msgpack(bytes) => self.raw(bytes),
            LiteralValue::Binary { bytes, .. } => self.bytes(bytes),
            LiteralValue::Generic(object) => self.object(object),
            LiteralValue::Blob(blob) => {
                let metadata: Vec<_> = literal.metadata().collect();
                self.map(1 + usize::from(!metadata.is_empty()));
                self.string("path");
                self.string(&blob.uri);
                if !metadata.is_empty() {
                    self.string("metadata");
                    self.map(metadata.len());
                    for (key, value) in metadata {
                        self.string(key);
                        self.string(value);
                    }
                }
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

    /// Writes a JSON value.
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
