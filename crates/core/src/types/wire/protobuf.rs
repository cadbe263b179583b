//! The fields of protobuf messages: writing them, and reading them from untrusted bytes.

use std::{borrow::Cow, cmp::Ordering};

use crate::types::TypeError;

/// How deeply messages may be nested; other implementations of protobuf have the same limit.
const MAX_DEPTH: u8 = 100;

/// The wire types: the lower bits of a field's tag.
const VARINT: u8 = 0;
const FIXED_64: u8 = 1;
const LENGTH: u8 = 2;
const FIXED_32: u8 = 5;

/// The number of bytes of a varint.
pub(super) fn varint_size(value: u64) -> usize {
    // Seven bits per byte, and one byte for zero.
    (70 - (value | 1).leading_zeros() as usize) / 7
}

pub(super) fn write_varint(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// The entries of a map in the order of Python's protobuf (upb) in deterministic mode, on which flytekit's cache keys
/// depend: by the bytes of the keys, and a key after those that begin with it.
pub(super) fn ordered<'a, T>(
    items: impl IntoIterator<Item = (&'a String, &'a T)>,
) -> Vec<(&'a str, &'a T)> {
    let items = items.into_iter();
    let mut items: Vec<_> = items.map(|(key, item)| (key.as_str(), item)).collect();
    items.sort_by(|(left, _), (right, _)| order(left, right));
    items
}

fn order(left: &str, right: &str) -> Ordering {
    let common = left.len().min(right.len());
    let prefixes = left.as_bytes()[..common].cmp(&right.as_bytes()[..common]);
    prefixes.then(right.len().cmp(&left.len()))
}

/// A message being written.
#[derive(Default)]
pub(super) struct Message(pub(super) Vec<u8>);

impl Message {
    pub(super) fn of(write: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut message = Self::default();
        write(&mut message);
        message.0
    }

    fn tag(&mut self, number: u8, kind: u8) {
        // No message here has a field number above 15, so every tag is one byte.
        self.0.push(number << 3 | kind);
    }

    /// Writes a field of bytes, even if it is empty.
    pub(super) fn present(&mut self, number: u8, content: &[u8]) {
        self.tag(number, LENGTH);
        write_varint(content.len() as u64, &mut self.0);
        self.0.extend_from_slice(content);
    }

    /// Writes a field of bytes or text, unless it is empty.
    pub(super) fn bytes(&mut self, number: u8, content: impl AsRef<[u8]>) {
        if !content.as_ref().is_empty() {
            self.present(number, content.as_ref());
        }
    }

    /// Writes a field that is a message.
    pub(super) fn message(&mut self, number: u8, write: impl FnOnce(&mut Self)) {
        self.present(number, &Self::of(write));
    }

    /// Writes a number, even if it is zero.
    pub(super) fn present_varint(&mut self, number: u8, value: u64) {
        self.tag(number, VARINT);
        write_varint(value, &mut self.0);
    }

    /// Writes a number, unless it is zero.
    pub(super) fn varint(&mut self, number: u8, value: u64) {
        if value != 0 {
            self.present_varint(number, value);
        }
    }

    /// Writes a float, even if it is zero.
    pub(super) fn present_double(&mut self, number: u8, value: f64) {
        self.tag(number, FIXED_64);
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    /// Writes the entries of a map whose values are messages.
    pub(super) fn map<'a, T: 'a>(
        &mut self,
        number: u8,
        items: impl IntoIterator<Item = (&'a String, &'a T)>,
        write: impl Fn(&mut Self, &T),
    ) {
        for (key, item) in ordered(items) {
            self.message(number, |entry| {
                entry.present(1, key.as_bytes());
                entry.message(2, |message| write(message, item));
            });
        }
    }
}

/// A message being read: its name in errors, its bytes, and its nesting depth.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    what: &'static str,
    rest: &'a [u8],
    depth: u8,
}

/// The content of a field.
#[derive(Clone, Copy)]
pub(super) enum Field<'a> {
    Number(u64),
    Double([u8; 8]),
    Bytes(Reader<'a>),
    /// Four bytes, which no message here uses.
    Other,
}

impl<'a> Reader<'a> {
    pub(super) fn new(what: &'static str, bytes: &'a [u8]) -> Self {
        Self {
            what,
            rest: bytes,
            depth: 0,
        }
    }

    pub(super) fn malformed(&self, reason: impl Into<String>) -> TypeError {
        TypeError::Malformed {
            what: self.what.to_owned(),
            reason: reason.into(),
        }
    }

    /// The error for an empty message or one of an unknown kind.
    pub(super) fn empty(&self) -> TypeError {
        self.malformed("it is empty, or of a kind that this release does not know")
    }

    /// The next field and its number.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Field<'a>)>, TypeError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let (number, kind) = (tag >> 3, (tag & 7) as u8);
        let field = match kind {
            VARINT => Field::Number(self.varint()?),
            FIXED_64 => {
                let mut bytes = [0; 8];
                bytes.copy_from_slice(self.take(8)?);
                Field::Double(bytes)
            }
            LENGTH => {
                let length = self.varint()?;
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                Field::Bytes(Self {
                    rest: self.take(length)?,
                    ..*self
                })
            }
            FIXED_32 => {
                self.take(4)?;
                Field::Other
            }
            kind => {
                return Err(self.malformed(format!("field {number} is of the unknown kind {kind}")));
            }
        };
        if number == 0 {
            return Err(self.malformed("a field has the number 0"));
        }
        Ok(Some((number, field)))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], TypeError> {
        match self.rest.split_at_checked(length) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(self.malformed(format!(
                "it ends too early: {length} bytes are announced and {} are left",
                self.rest.len()
            ))),
        }
    }

    fn varint(&mut self) -> Result<u64, TypeError> {
        let mut value = 0;
        for (index, &byte) in self.rest.iter().enumerate().take(10) {
            // The tenth byte has room for only one bit.
            if index == 9 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.rest = &self.rest[index + 1..];
                return Ok(value);
            }
        }
        Err(self.malformed(if self.rest.len() < 10 {
            "it ends in the middle of a number"
        } else {
            "a number has more than 64 bits"
        }))
    }
}

impl<'a> Field<'a> {
    /// The message in the field.
    pub(super) fn message(self, what: &'static str) -> Result<Reader<'a>, TypeError> {
        let reader = match self {
            Self::Bytes(reader) => Reader { what, ..reader },
            _ => return Err(Reader::new(what, &[]).malformed("it is a number and not a message")),
        };
        if reader.depth >= MAX_DEPTH {
            return Err(reader.malformed(format!(
                "it is more than {MAX_DEPTH} messages deep in others"
            )));
        }
        Ok(Reader {
            depth: reader.depth + 1,
            ..reader
        })
    }

    pub(super) fn bytes(self, what: &'static str) -> Result<&'a [u8], TypeError> {
        match self {
            Self::Bytes(reader) => Ok(reader.rest),
            _ => Err(Reader::new(what, &[]).malformed("it is a number and not bytes")),
        }
    }

    pub(super) fn text(self, what: &'static str) -> Result<String, TypeError> {
        let bytes = self.bytes(what)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => {
                Err(Reader::new(what, &[]).malformed(format!("it is not a text: {error}")))
            }
        }
    }

    pub(super) fn number(self, what: &'static str) -> Result<u64, TypeError> {
        match self {
            Self::Number(number) => Ok(number),
            _ => Err(Reader::new(what, &[]).malformed("it is not a whole number")),
        }
    }

    pub(super) fn double(self, what: &'static str) -> Result<f64, TypeError> {
        match self {
            Self::Double(bytes) => Ok(f64::from_le_bytes(bytes)),
            _ => Err(Reader::new(what, &[]).malformed("it is not a float")),
        }
    }

    /// Reads an entry of a map: its key, and its value if there is one.
    pub(super) fn entry(
        self,
        what: &'static str,
    ) -> Result<(Cow<'static, str>, Option<Field<'a>>), TypeError> {
        let mut reader = self.message(what)?;
        let (mut key, mut value) = (Cow::Borrowed(""), None);
        while let Some((number, field)) = reader.next()? {
            match number {
                1 => key = Cow::Owned(field.text("a key")?),
                2 => value = Some(field),
                _ => {}
            }
        }
        Ok((key, value))
    }
}
