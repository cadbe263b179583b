//! Encodes a literal without building an intermediate message.
//!
//! A list of a hundred thousand integers is a hundred thousand literals, so each is measured once and written once.
//! Fields are in the order of their numbers, and map entries have both parts, as Python's protobuf writes them.

use std::collections::BTreeMap;

use super::{
    MSGPACK, json,
    protobuf::{Message, ordered, varint_size, write_varint},
    types,
};
use crate::types::{Literal, LiteralValue, Offloaded, UnionVariant};

const SCALAR: u8 = 0x0a;
const COLLECTION: u8 = 0x12;
const MAP: u8 = 0x1a;
const HASH: u8 = 0x22;
const METADATA: u8 = 0x2a;
const OFFLOADED: u8 = 0x42;

/// The tags of a message's first and second field with a length.
const FIRST: u8 = 0x0a;
const SECOND: u8 = 0x12;

/// The sizes of messages; the size of a message comes before those of its parts.
struct Sizes {
    sizes: Vec<usize>,
    form: Form,
}

/// Which parts of a literal are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The whole literal.
    Whole,
    /// The form for flytekit's cache keys: only the hash if there is one, and no metadata of lists and maps.
    Cache,
}

impl Form {
    /// The hash that represents the whole literal.
    fn hash_alone(self, literal: &Literal) -> Option<&str> {
        match self {
            Self::Whole => None,
            Self::Cache => literal.hash(),
        }
    }

    fn with_metadata(self, literal: &Literal) -> bool {
        let several = matches!(
            literal.value,
            LiteralValue::Collection(_) | LiteralValue::Map(_)
        );
        self == Self::Whole || !several
    }
}

impl Sizes {
    /// Measures a message and stores the size at the position reserved for it.
    fn of(&mut self, measure: impl FnOnce(&mut Self) -> usize) -> usize {
        let place = self.sizes.len();
        self.sizes.push(0);
        let size = measure(self);
        self.sizes[place] = size;
        size
    }

    /// Measures in the form [`Form::Whole`]; flytekit looks for hashes only in lists and maps.
    fn whole(&mut self, measure: impl FnOnce(&mut Self) -> usize) -> usize {
        let form = std::mem::replace(&mut self.form, Form::Whole);
        let size = measure(self);
        self.form = form;
        size
    }

    fn literal(&mut self, literal: &Literal) -> usize {
        self.of(|sizes| {
            if let Some(hash) = sizes.form.hash_alone(literal) {
                return field(hash.len());
            }
            let value = match &literal.value {
                LiteralValue::Collection(items) => field(
                    sizes.of(|sizes| items.iter().map(|item| field(sizes.literal(item))).sum()),
                ),
                LiteralValue::Map(items) => field(sizes.of(|sizes| {
                    let entries = ordered(items).into_iter().map(|(key, item)| {
                        field(sizes.of(|sizes| field(key.len()) + field(sizes.literal(item))))
                    });
                    entries.sum()
                })),
                LiteralValue::Union { variant, value } => field(sizes.of(|sizes| {
                    field(sizes.of(|sizes| {
                        field(sizes.whole(|sizes| sizes.literal(value)))
                            + field(variant_bytes(variant).len())
                    }))
                })),
                LiteralValue::Offloaded(offloaded) => field(offloaded_bytes(offloaded).len()),
                _ => field(scalar_size(literal)),
            };
            let hash = literal.hash().filter(|hash| !hash.is_empty());
            let hash = hash.map_or(0, |hash| field(hash.len()));
            let metadata = (sizes
                .form
                .with_metadata(literal)
                .then(|| literal.metadata()))
            .into_iter()
            .flatten()
            .map(|(key, text)| field(entry_size(key, text)));
            value + hash + metadata.sum::<usize>()
        })
    }
}

/// The size of a field with a length and a tag of one byte.
fn field(size: usize) -> usize {
    1 + varint_size(size as u64) + size
}

fn entry_size(key: &str, text: &str) -> usize {
    field(key.len()) + field(text.len())
}

fn scalar_size(literal: &Literal) -> usize {
    match &literal.value {
        LiteralValue::Integer(value) => field(1 + varint_size(*value as u64)),
        LiteralValue::Float(_) => field(9),
        LiteralValue::String(text) => field(field(text.len())),
        LiteralValue::Boolean(_) => field(2),
        LiteralValue::Msgpack(bytes) => field(optional_field(bytes.len()) + field(MSGPACK.len())),
        _ => scalar_bytes(literal).len(),
    }
}

fn optional_field(size: usize) -> usize {
    if size == 0 { 0 } else { field(size) }
}

fn variant_bytes(variant: &UnionVariant) -> Vec<u8> {
    Message::of(|message| types::write_variant(message, variant))
}

fn offloaded_bytes(offloaded: &Offloaded) -> Vec<u8> {
    Message::of(|message| {
        message.bytes(1, &offloaded.uri);
        message.varint(2, offloaded.size_bytes);
        if let Some(inferred) = &offloaded.inferred_type {
            message.message(3, |message| types::write(message, inferred));
        }
    })
}

/// The bytes of a scalar of one of the rarer kinds; empty for other values.
fn scalar_bytes(literal: &Literal) -> Vec<u8> {
    Message::of(|scalar| match &literal.value {
        LiteralValue::None => scalar.present(5, &[]),
        LiteralValue::Datetime { seconds, nanos } => scalar.message(1, |primitive| {
            primitive.message(5, |message| write_time(message, *seconds, *nanos));
        }),
        LiteralValue::Duration { seconds, nanos } => scalar.message(1, |primitive| {
            primitive.message(6, |message| write_time(message, *seconds, *nanos));
        }),
        LiteralValue::Binary { bytes, tag } => scalar.message(3, |message| {
            message.bytes(1, bytes);
            message.bytes(2, tag.as_bytes());
        }),
        LiteralValue::Generic(object) => {
            scalar.message(7, |message| {
                json::write(message, object, json::Numbers::Finite);
            });
        }
        LiteralValue::Blob(blob) => scalar.message(2, |message| {
            message.message(1, |metadata| {
                metadata.message(1, |message| types::write_blob(message, &blob.blob_type));
            });
            message.bytes(3, &blob.uri);
        }),
        LiteralValue::StructuredDataset(dataset) => scalar.message(8, |message| {
            message.bytes(1, &dataset.uri);
            message.message(2, |metadata| {
                metadata.message(1, |message| {
                    types::write_dataset(message, &dataset.dataset_type);
                });
            });
        }),
        LiteralValue::Schema(schema) => scalar.message(4, |message| {
            message.bytes(1, &schema.uri);
            message.message(3, |message| {
                types::write_schema(message, &schema.schema_type);
            });
        }),
        LiteralValue::Error(error) => scalar.message(6, |message| {
            message.bytes(1, &error.failed_node_id);
            message.bytes(2, &error.message);
        }),
        // Written without an intermediate message, or not scalars.
        LiteralValue::Integer(_)
        | LiteralValue::Float(_)
        | LiteralValue::String(_)
        | LiteralValue::Boolean(_)
        | LiteralValue::Msgpack(_)
        | LiteralValue::Union { .. }
        | LiteralValue::Collection(_)
        | LiteralValue::Map(_)
        | LiteralValue::Offloaded(_) => {}
    })
}

fn write_time(message: &mut Message, seconds: i64, nanos: i32) {
    message.varint(1, seconds as u64);
    // Protobuf writes a negative `int32` as 64 bits.
    message.varint(2, i64::from(nanos) as u64);
}

struct Writer {
    sizes: std::vec::IntoIter<usize>,
    form: Form,
    bytes: Vec<u8>,
}

impl Writer {
    /// The size of the next measured message.
    fn size(&mut self) -> usize {
        self.sizes
            .next()
            .expect("every message that is written was measured")
    }

    fn header(&mut self, tag: u8, size: usize) {
        self.bytes.push(tag);
        write_varint(size as u64, &mut self.bytes);
    }

    fn field(&mut self, tag: u8, content: &[u8]) {
        self.header(tag, content.len());
        self.bytes.extend_from_slice(content);
    }

    fn entry(&mut self, tag: u8, key: &str, text: &str) {
        self.header(tag, entry_size(key, text));
        self.field(FIRST, key.as_bytes());
        self.field(SECOND, text.as_bytes());
    }

    /// Writes a literal after its tag and size.
    fn literal_field(&mut self, tag: u8, literal: &Literal) {
        let size = self.size();
        self.header(tag, size);
        self.literal(literal);
    }

    /// Writes the content of a literal.
    fn literal(&mut self, literal: &Literal) {
        if let Some(hash) = self.form.hash_alone(literal) {
            return self.field(HASH, hash.as_bytes());
        }
        match &literal.value {
            LiteralValue::Collection(items) => {
                let size = self.size();
                self.header(COLLECTION, size);
                items
                    .iter()
                    .for_each(|item| self.literal_field(FIRST, item));
            }
            LiteralValue::Map(items) => {
                let size = self.size();
                self.header(MAP, size);
                for (key, item) in ordered(items) {
                    let size = self.size();
                    self.header(FIRST, size);
                    self.field(FIRST, key.as_bytes());
                    self.literal_field(SECOND, item);
                }
            }
            LiteralValue::Union { variant, value } => {
                let size = self.size();
                self.header(SCALAR, size);
                let size = self.size();
                self.header(0x4a, size);
                let form = std::mem::replace(&mut self.form, Form::Whole);
                self.literal_field(FIRST, value);
                self.form = form;
                self.field(SECOND, &variant_bytes(variant));
            }
            // Written after the hash and the metadata, which have smaller numbers.
            LiteralValue::Offloaded(_) => {}
            _ => {
                self.header(SCALAR, scalar_size(literal));
                self.scalar(literal);
            }
        }
        if let Some(hash) = literal.hash().filter(|hash| !hash.is_empty()) {
            self.field(HASH, hash.as_bytes());
        }
        if self.form.with_metadata(literal) {
            for (key, text) in literal.metadata() {
                self.entry(METADATA, key, text);
            }
        }
        if let LiteralValue::Offloaded(offloaded) = &literal.value {
            self.field(OFFLOADED, &offloaded_bytes(offloaded));
        }
    }

    /// Writes the content of a scalar; most are primitives, in the first field.
    fn scalar(&mut self, literal: &Literal) {
        match &literal.value {
            LiteralValue::Integer(value) => {
                self.header(FIRST, 1 + varint_size(*value as u64));
                self.bytes.push(0x08);
                write_varint(*value as u64, &mut self.bytes);
            }
            LiteralValue::Float(value) => {
                self.header(FIRST, 9);
                self.bytes.push(0x11);
                self.bytes.extend_from_slice(&value.to_le_bytes());
            }
            LiteralValue::String(text) => {
                self.header(FIRST, field(text.len()));
                self.field(0x1a, text.as_bytes());
            }
            LiteralValue::Boolean(value) => {
                self.bytes
                    .extend_from_slice(&[FIRST, 2, 0x20, u8::from(*value)]);
            }
            LiteralValue::Msgpack(bytes) => {
                self.header(0x1a, optional_field(bytes.len()) + field(MSGPACK.len()));
                if !bytes.is_empty() {
                    self.field(FIRST, bytes);
                }
                self.field(SECOND, MSGPACK.as_bytes());
            }
            _ => self.bytes.extend_from_slice(&scalar_bytes(literal)),
        }
    }
}

fn writer(form: Form, measure: impl FnOnce(&mut Sizes) -> usize) -> Writer {
    let mut sizes = Sizes {
        sizes: Vec::new(),
        form,
    };
    let size = measure(&mut sizes);
    Writer {
        sizes: sizes.sizes.into_iter(),
        form,
        bytes: Vec::with_capacity(size),
    }
}

/// The bytes of a literal (`flyteidl.core.Literal`), equal to those of Python's protobuf in deterministic mode; equal
/// literals have equal bytes.
pub fn encode(literal: &Literal) -> Vec<u8> {
    let mut writer = writer(Form::Whole, |sizes| sizes.literal(literal));
    writer.size();
    writer.literal(literal);
    writer.bytes
}

/// The bytes of named literals (`flyteidl.core.LiteralMap`): `inputs.pb` and `outputs.pb`. If a name occurs twice, the
/// last literal counts.
pub fn encode_map<'a>(literals: impl IntoIterator<Item = (&'a str, &'a Literal)>) -> Vec<u8> {
    map_in(Form::Whole, literals)
}

/// The bytes of named literals for cache keys.
pub(super) fn encode_for_cache<'a>(
    literals: impl IntoIterator<Item = (&'a str, &'a Literal)>,
) -> Vec<u8> {
    map_in(Form::Cache, literals)
}

fn map_in<'a>(form: Form, literals: impl IntoIterator<Item = (&'a str, &'a Literal)>) -> Vec<u8> {
    let literals = literals
        .into_iter()
        .map(|(name, literal)| (name.to_owned(), literal));
    let literals: BTreeMap<String, &Literal> = literals.collect();
    let mut writer = writer(form, |sizes| {
        let entries = ordered(&literals).into_iter().map(|(name, literal)| {
            field(sizes.of(|sizes| field(name.len()) + field(sizes.literal(literal))))
        });
        entries.sum()
    });
    for (name, literal) in ordered(&literals) {
        let size = writer.size();
        writer.header(FIRST, size);
        writer.field(FIRST, name.as_bytes());
        writer.literal_field(SECOND, literal);
    }
    writer.bytes
}
