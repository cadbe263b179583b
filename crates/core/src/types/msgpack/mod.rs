//! MessagePack as Flyte uses it: the fields of structs, and their conversion to and from literals.

mod reader;
mod sorted;
mod writer;

use std::collections::BTreeMap;

use serde_json::Value as Json;

pub(crate) use self::reader::{Reader, Token};
pub use self::{sorted::with_sorted_keys, writer::MsgpackWriter};
use super::{Literal, LiteralValue, TypeError};

/// How deeply MessagePack values may be nested before they are refused.
pub(super) const DEPTH: usize = 128;

fn malformed(reason: impl Into<String>) -> TypeError {
    TypeError::Malformed {
        what: "MessagePack".to_owned(),
        reason: reason.into(),
    }
}

/// MessagePack as JSON; other keys than strings become their text, and bytes become base64.
///
/// # Errors
///
/// When the bytes are not exactly one MessagePack value, contain an extension type or are nested too deeply.
pub(crate) fn to_json(bytes: &[u8]) -> Result<Json, TypeError> {
    let mut reader = Reader::new(bytes);
    let json = reader.json(0)?;
    reader.finish()?;
    Ok(json)
}

/// JSON as MessagePack.
pub(crate) fn from_json(json: &Json) -> Result<Vec<u8>, TypeError> {
    let mut writer = MsgpackWriter::new();
    writer.json(json);
    writer.finish()
}

/// The kind of a value for an error message.
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
    /// The value with its outermost layer of MessagePack decoded. When a cluster picks the field of a struct, it passes
    /// the field's MessagePack; here it becomes a plain value.
    ///
    /// The parts of lists and maps stay MessagePack, and maps with other keys than strings are not changed.
    ///
    /// # Errors
    ///
    /// When the bytes are not MessagePack, or the literal is offloaded.
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
        assert_eq!(
            Reader::new(&deep).value().expect("lists in lists").len(),
            deep.len()
        );
        assert!(
            to_json(&deep)
                .expect_err("it is wrong")
                .to_string()
                .contains("more than 128 deep")
        );
        let long = [0xdd, 0xff, 0xff, 0xff, 0xff, 0];
        let error = Literal::msgpack(long.to_vec())
            .into_plain()
            .expect_err("it is wrong");
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
            let bytes = writer.finish().expect("it is short");
            let written: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(written, hex);
            assert_eq!(Reader::new(&bytes).token(), Ok(Token::Integer(value)));
        }
    }

    /// No value is written with a wrong length.
    #[cfg(target_pointer_width = "64")]
    #[test]
    fn what_is_too_long_is_an_error() {
        let longest = u32::MAX as usize;
        let mut writer = MsgpackWriter::new();
        writer.array(longest);
        assert_eq!(
            writer.finish().ok(),
            Some(vec![0xdd, 0xff, 0xff, 0xff, 0xff])
        );
        let mut writer = MsgpackWriter::new();
        writer.map(longest + 1);
        assert_eq!(
            writer.finish().map_err(|error| error.to_string()),
            Err("cannot store what has a length of 4294967296: MessagePack, in which it is stored, has none above \
                 4294967295; store it in a file, with `FlyteFile`".to_owned())
        );
    }
}
