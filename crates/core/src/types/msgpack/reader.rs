//! Reads MessagePack.

use serde_json::Value as Json;

use super::{DEPTH, malformed};
use crate::types::{TypeError, bytes};

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

/// Reads MessagePack without copying; for any bytes, memory and time are bounded by their number.
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

    /// A number of parts, each of at least one byte.
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

    /// The bytes of the next value. Without recursion, so nesting costs nothing.
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

    /// Ends reading.
    ///
    /// # Errors
    ///
    /// When bytes are left.
    pub(crate) fn finish(self) -> Result<(), TypeError> {
        match self.0.len() {
            0 => Ok(()),
            left => Err(malformed(format!("{left} bytes follow the value"))),
        }
    }

    /// The next value as JSON.
    pub(super) fn json(&mut self, depth: usize) -> Result<Json, TypeError> {
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
            // JSON does not have NaN and infinity; their names keep the value where `null` would lose it.
            Token::Float(value) => serde_json::Number::from_f64(value)
                .map_or_else(|| Json::from(value.to_string()), Json::Number),
            Token::String(value) => value.into(),
            Token::Bytes(value) => bytes::to_base64(value).into(),
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
                        // Nested text of text would double in size at each level.
                        Json::Array(_) | Json::Object(_) => {
                            return Err(malformed("the key of a map in it is a collection"));
                        }
                        other => other.to_string(),
                    };
                    items.insert(key, self.json(depth + 1)?);
                }
                items.into()
            }
        })
    }
}
