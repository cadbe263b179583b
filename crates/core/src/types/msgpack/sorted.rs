//! MessagePack with its maps in the order of their keys, for hashes of values that were built in any order.

use std::collections::BTreeMap;

use super::{
    DEPTH, MsgpackWriter,
    reader::{Reader, Token},
};

/// The same value with all maps in the order of their encoded keys, and everything in its shortest form, as the Python
/// SDK of Flyte 2 does before it hashes inputs. `None` for bytes that are not MessagePack or that Python does not read:
/// maps with a collection as a key. Values with extension types, too, stay as they are.
pub fn with_sorted_keys(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(bytes);
    let mut writer = MsgpackWriter::new();
    sort(&mut reader, &mut writer, 0)?;
    reader.finish().ok()?;
    writer.finish().ok()
}

fn sort(reader: &mut Reader<'_>, writer: &mut MsgpackWriter, depth: usize) -> Option<()> {
    if depth > DEPTH {
        return None;
    }
    match reader.token().ok()? {
        Token::Nil => writer.nil(),
        Token::Boolean(value) => writer.boolean(value),
        Token::Integer(value) => writer.integer(value),
        Token::Unsigned(value) => {
            writer.raw(&[0xcf]);
            writer.raw(&value.to_be_bytes());
        }
        Token::Float(value) => writer.float(value),
        Token::String(value) => writer.string(value),
        Token::Bytes(value) => writer.bytes(value),
        Token::Extension => return None,
        Token::Array(length) => {
            writer.array(length);
            for _ in 0..length {
                sort(reader, writer, depth + 1)?;
            }
        }
        Token::Map(length) => {
            let mut entries = BTreeMap::new();
            for _ in 0..length {
                let mut ahead = *reader;
                if let Token::Array(_) | Token::Map(_) = ahead.token().ok()? {
                    return None;
                }
                let mut part = || {
                    let mut part = MsgpackWriter::new();
                    sort(reader, &mut part, depth + 1)?;
                    part.finish().ok()
                };
                let key = part()?;
                let value = part()?;
                // Of equal keys the last counts.
                entries.insert(key, value);
            }
            writer.map(entries.len());
            for (key, value) in entries {
                writer.raw(&key);
                writer.raw(&value);
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::with_sorted_keys;

    #[test]
    fn maps_are_sorted_at_every_depth_and_the_last_of_equal_keys_counts() {
        // {"b": {"y": 1, "x": 2}, "a": [{"d": 1, "c": 2}], "b": 3} without and with the second "b".
        let nested = b"\x82\xa1b\x82\xa1y\x01\xa1x\x02\xa1a\x91\x82\xa1d\x01\xa1c\x02";
        let sorted = b"\x82\xa1a\x91\x82\xa1c\x02\xa1d\x01\xa1b\x82\xa1x\x02\xa1y\x01";
        assert_eq!(with_sorted_keys(nested).expect("it is MessagePack"), sorted);
        assert_eq!(with_sorted_keys(sorted).expect("it is MessagePack"), sorted);
        assert_eq!(
            with_sorted_keys(b"\x82\xa1b\x01\xa1b\x03").expect("it is MessagePack"),
            b"\x81\xa1b\x03"
        );
    }

    #[test]
    fn numbers_get_their_shortest_form_and_floats_64_bits() {
        assert_eq!(
            with_sorted_keys(b"\xcd\x00\x07").expect("it is MessagePack"),
            b"\x07"
        );
        assert_eq!(
            with_sorted_keys(b"\xca\x3f\x80\x00\x00").expect("it is MessagePack"),
            b"\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00"
        );
        let large = b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff";
        assert_eq!(with_sorted_keys(large).expect("it is MessagePack"), large);
    }

    #[test]
    fn what_python_does_not_read_has_no_sorted_form() {
        let two_values = b"\x01\x02";
        let list_as_key = b"\x81\x91\x01\x02";
        let extension = b"\xd4\x01\x00";
        for bytes in [&two_values[..], list_as_key, extension, b"", b"\xc1"] {
            assert_eq!(with_sorted_keys(bytes), None, "{bytes:?}");
        }
    }
}
