//! The bytes of literals and types that nobody well-meaning would have written, and random ones against the messages of
//! prost.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::time::Duration;

use flyte_runtime::{
    compat::wire::{decode, decode_type, encode, encode_type},
    prelude::*,
    types::{
        FlyteType, Literal, LiteralType, LiteralValue, MsgpackWriter, StructField, StructType,
        UnionVariant,
    },
};
use jiff::SignedDuration;
use serde_json::json;

#[test]
fn durations_with_any_number_of_nanoseconds_are_errors_and_no_panics() {
    for (seconds, nanos) in [
        (0, i32::MIN),
        (i64::MIN, i32::MIN),
        (i64::MAX, i32::MAX),
        (i64::MIN, -1_000_000_000),
    ] {
        let literal = Literal::from(LiteralValue::Duration { seconds, nanos });
        let literal = decode(&encode(&literal)).unwrap();
        let error = SignedDuration::from_literal(literal.clone()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("cannot read a duration: {nanos} nanoseconds are more than a second")
        );
        assert!(Duration::from_literal(literal).is_err());
    }
    for (seconds, nanos) in [(i64::MIN, -999_999_999), (i64::MAX, 999_999_999), (1, -1)] {
        let literal = Literal::from(LiteralValue::Duration { seconds, nanos });
        assert!(SignedDuration::from_literal(literal).is_ok(), "{nanos}");
    }
}

#[test]
fn datetimes_that_count_nanoseconds_downwards_have_a_text() {
    let literal = Literal::from(LiteralValue::Datetime {
        seconds: 0,
        nanos: -1000,
    });
    let mut writer = MsgpackWriter::new();
    writer.literal(&literal).unwrap();
    assert_eq!(
        Literal::msgpack(writer.finish().unwrap()).into_plain(),
        Ok(LiteralValue::String(
            "1969-12-31T23:59:59.999999+00:00".to_owned()
        ))
    );
}

/// Fields that are required several times, in objects in objects: each level would double what is kept.
#[test]
fn a_schema_that_repeats_itself_takes_no_more_memory_than_it_has_bytes() {
    let mut schema = json!({"type": "integer"});
    for _ in 0..15 {
        let required = vec!["x"; 32];
        schema = json!({
            "type": "object", "title": "T", "properties": {"x": schema}, "required": required,
        });
    }
    let said = flyte_core::types::AnnotatedType::new(LiteralType::AnyStruct, None);
    let written = LiteralType::Annotated(Box::new(said.with_metadata(schema)));
    let LiteralType::Annotated(read) = decode_type(&encode_type(&written)).unwrap() else {
        panic!("what the schema says twice is kept beside the type");
    };
    let LiteralType::Struct(read) = read.literal_type else {
        panic!("a schema with a title is that of a struct");
    };
    assert_eq!(read.fields.len(), 1);
}

/// A dataclass with the defaults `inf`, `-inf` and `nan` in `Union[D, int]`, from flytekit 1.16.
#[test]
fn defaults_that_json_has_no_numbers_for_are_read_and_written() {
    let number = |name: &str, default: &str| {
        StructField::new(name, LiteralType::Float).with_default(json!(default))
    };
    let structure = StructType::new("D", vec![number("x", "inf"), number("y", "NaN")]);
    let variant = UnionVariant::new(LiteralType::Struct(structure.clone()));
    let mut writer = MsgpackWriter::new();
    writer.map(2);
    writer.string("x");
    writer.float(f64::INFINITY);
    writer.string("y");
    writer.float(f64::NAN);
    let literal = Literal::union(variant, Literal::msgpack(writer.finish().unwrap()));
    let bytes = encode(&literal);
    assert_eq!(hex(&bytes), FROM_FLYTEKIT);
    let LiteralValue::Union { variant, .. } = decode(&bytes).unwrap().value else {
        panic!("a union is another");
    };
    assert_eq!(variant.literal_type, LiteralType::Struct(structure));
}

const FROM_FLYTEKIT: &str = "0ac4024ac1020a260a241a220a1782a178cb7ff0000000000000a179cb7ff800000000000012076d73677061636b129602080932b0010a1a0a146164646974696f6e616c50726f70657274696573120220000a720a0a70726f7065727469657312642a620a2f0a0178122a2a280a140a0764656661756c74120911000000000000f07f0a100a047479706512081a066e756d6265720a2f0a0179122a2a280a140a0764656661756c74120911000000000000f87f0a100a047479706512081a066e756d6265720a0c0a057469746c6512031a01440a100a047479706512081a066f626a6563744a3f0a3d0a3b0a1263616368652d6b65792d6d6574616461746112252a230a210a1473657269616c697a6174696f6e2d666f726d617412091a076d73677061636b5a1e0a1c4f626a6563742d44617461636c6173732d5472616e73666f726d6572";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Tree {
    #[serde(default)]
    children: Vec<Tree>,
}

/// What could not be read again is not written.
#[test]
fn a_value_that_holds_itself_too_often_is_an_error_where_it_is_written() {
    let deep = |levels| {
        let leaf = Tree { children: vec![] };
        (1..levels).fold(leaf, |tree, _| Tree {
            children: vec![tree],
        })
    };
    // The deepest that can be read can be written.
    let tree = deep(128);
    assert_eq!(Tree::from_literal(tree.to_literal().unwrap()), Ok(tree));
    let error = deep(10_000).to_literal().unwrap_err().to_string();
    assert!(
        error.contains("structs and enums lie more than 128 deep in one another"),
        "{error}"
    );
}

/// Whatever literal or type there is, its bytes are those of the message, and read as it.
#[cfg(feature = "remote")]
mod random {
    use std::collections::BTreeMap;

    use flyte_core::types::{
        AnnotatedType, DatasetColumn, Offloaded, SchemaLiteral, SchemaType,
        StructuredDatasetLiteral, StructuredDatasetType,
    };
    use flyte_idl::{flyteidl::core, prost::Message};
    use flyte_runtime::{
        remote::{literal::to_proto, literal_type::type_to_proto},
        types::{Blob, BlobType, EnumType, FlyteError},
    };

    use super::*;

    /// The same ones in every run.
    struct Random(u64);

    impl Random {
        fn next(&mut self) -> u64 {
            // Marsaglia's xorshift.
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }

        fn below(&mut self, end: u64) -> u64 {
            self.next() % end
        }

        /// Numbers of all sizes, which varints write in all lengths.
        fn number(&mut self) -> i64 {
            let shift = self.below(64);
            (self.next() >> shift) as i64
        }

        fn text(&mut self) -> String {
            let length = [0, 1, 2, 3, 4, 128][self.below(6) as usize];
            let letters = ['a', 'b', 'ß', '🦀', '\0', '.'];
            (0..length)
                .map(|_| letters[self.below(6) as usize])
                .collect()
        }

        fn bytes(&mut self) -> Vec<u8> {
            self.text().into_bytes()
        }

        fn several<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
            (0..self.below(4)).map(|_| make(self)).collect()
        }

        fn json(&mut self, depth: u32) -> serde_json::Value {
            match self.below(if depth == 0 { 4 } else { 6 }) {
                0 => json!(null),
                1 => json!(self.number() as f64 / 3.0),
                2 => json!(self.text()),
                3 => json!(self.below(2) == 0),
                4 => self.several(|random| random.json(depth - 1)).into(),
                _ => self.object(depth - 1).into(),
            }
        }

        fn object(&mut self, depth: u32) -> serde_json::Map<String, serde_json::Value> {
            let items = self.several(|random| (random.text(), random.json(depth)));
            items.into_iter().collect()
        }

        fn blob_type(&mut self) -> BlobType {
            match self.below(2) {
                0 => BlobType::single(self.text()),
                _ => BlobType::multipart(self.text()),
            }
        }

        fn dataset_type(&mut self, depth: u32) -> StructuredDatasetType {
            let columns =
                self.several(|random| DatasetColumn::new(random.text(), random.a_type(depth)));
            let mut dataset = StructuredDatasetType::new(columns, self.text());
            dataset.external_schema_type = self.text();
            dataset.external_schema = self.bytes();
            dataset
        }

        fn schema_type(&mut self) -> SchemaType {
            let mut schema = SchemaType::default();
            schema.columns = self.several(|random| (random.text(), random.number() as i32));
            schema
        }

        fn a_type(&mut self, depth: u32) -> LiteralType {
            match self.below(if depth == 0 { 10 } else { 19 }) {
                0 => LiteralType::None,
                1 => LiteralType::Integer,
                2 => LiteralType::Float,
                3 => LiteralType::String,
                4 => LiteralType::Boolean,
                5 => LiteralType::Datetime,
                6 => LiteralType::Duration,
                7 => LiteralType::Binary,
                8 => LiteralType::Error,
                9 => LiteralType::AnyStruct,
                10 => LiteralType::collection(self.a_type(depth - 1)),
                11 => LiteralType::map(self.a_type(depth - 1)),
                12 => LiteralType::Union(self.several(|random| random.variant(depth - 1))),
                13 => LiteralType::Enum(EnumType::new(self.several(Self::text))),
                14 => LiteralType::Blob(self.blob_type()),
                15 => LiteralType::StructuredDataset(self.dataset_type(depth - 1)),
                16 => LiteralType::Schema(self.schema_type()),
                17 => {
                    let said = AnnotatedType::new(LiteralType::String, Some(self.object(2).into()));
                    LiteralType::Annotated(Box::new(said.with_metadata(self.object(2).into())))
                }
                _ => {
                    let fields = self.several(|random| (random.text(), random.a_type(depth - 1)));
                    // A struct has no two fields of one name.
                    let fields: BTreeMap<_, _> = fields.into_iter().collect();
                    let fields = fields.into_iter();
                    let fields = fields
                        .map(|(name, of)| StructField::new(name, of))
                        .collect();
                    LiteralType::Struct(StructType::new(self.text(), fields))
                }
            }
        }

        fn variant(&mut self, depth: u32) -> UnionVariant {
            UnionVariant::tagged(self.text(), self.a_type(depth))
        }

        fn value(&mut self, depth: u32) -> LiteralValue {
            match self.below(if depth == 0 { 15 } else { 18 }) {
                0 => LiteralValue::None,
                1 => LiteralValue::Integer(self.number()),
                2 => LiteralValue::Float(self.number() as f64),
                3 => LiteralValue::String(self.text()),
                4 => LiteralValue::Boolean(self.below(2) == 0),
                5 => LiteralValue::Datetime {
                    seconds: self.number(),
                    nanos: self.number() as i32,
                },
                6 => LiteralValue::Duration {
                    seconds: self.number(),
                    nanos: self.number() as i32,
                },
                7 => LiteralValue::Msgpack(self.bytes()),
                8 => LiteralValue::Binary {
                    bytes: self.bytes(),
                    tag: self.text().into(),
                },
                9 => LiteralValue::Generic(self.object(3)),
                10 => LiteralValue::Blob(Box::new(Blob::new(self.text(), self.blob_type()))),
                11 => {
                    let of = self.dataset_type(1);
                    let dataset = StructuredDatasetLiteral::new(self.text(), of);
                    LiteralValue::StructuredDataset(Box::new(dataset))
                }
                12 => {
                    let schema = SchemaLiteral::new(self.text(), self.schema_type());
                    LiteralValue::Schema(Box::new(schema))
                }
                13 => LiteralValue::Error(Box::new(FlyteError::new(self.text(), self.text()))),
                14 => {
                    let inferred = (self.below(2) == 0).then(|| self.a_type(2));
                    let size = self.next();
                    let offloaded = Offloaded::new(self.text(), size, inferred);
                    LiteralValue::Offloaded(Box::new(offloaded))
                }
                15 => LiteralValue::Collection(self.several(|random| random.literal(depth - 1))),
                16 => {
                    let items = self.several(|random| (random.text(), random.literal(depth - 1)));
                    LiteralValue::Map(items.into_iter().collect())
                }
                _ => LiteralValue::Union {
                    variant: Box::new(self.variant(2)),
                    value: Box::new(self.literal(depth - 1)),
                },
            }
        }

        fn literal(&mut self, depth: u32) -> Literal {
            let mut literal = Literal::from(self.value(depth));
            if self.below(4) == 0 {
                literal = literal.with_hash(self.text());
            }
            if self.below(4) == 0 {
                for (key, text) in self.several(|random| (random.text(), random.text())) {
                    literal = literal.with_metadata(key, text);
                }
            }
            literal
        }
    }

    #[test]
    fn literals_are_the_bytes_of_their_messages() {
        let mut random = Random(7);
        for _ in 0..2_000 {
            let literal = random.literal(4);
            let (bytes, proto) = (encode(&literal), to_proto(&literal));
            assert_eq!(core::Literal::decode(bytes.as_slice()).as_ref(), Ok(&proto));
            // What others write in another order is the same literal.
            let read = decode(&proto.encode_to_vec()).unwrap();
            assert_eq!(encode(&read), bytes, "{literal:?}");
        }
    }

    #[test]
    fn types_are_the_bytes_of_their_messages() {
        let mut random = Random(8);
        for _ in 0..2_000 {
            let literal_type = random.a_type(4);
            let (bytes, proto) = (encode_type(&literal_type), type_to_proto(&literal_type));
            assert_eq!(
                core::LiteralType::decode(bytes.as_slice()).as_ref(),
                Ok(&proto)
            );
            let read = decode_type(&proto.encode_to_vec()).unwrap();
            assert_eq!(encode_type(&read), bytes, "{literal_type:?}");
        }
    }

    #[test]
    fn defaults_that_json_has_no_numbers_for_are_those_of_the_message() {
        let fields = vec![
            StructField::new("x", LiteralType::Float).with_default(json!("-inf")),
            StructField::new("s", LiteralType::String).with_default(json!("inf")),
        ];
        let inner = LiteralType::Struct(StructType::new("Inner", fields));
        let optional = UnionVariant::new(inner);
        let optional = LiteralType::Union(vec![optional, UnionVariant::new(LiteralType::None)]);
        let outer = StructType::new("Outer", vec![StructField::new("inner", optional)]);
        let (bytes, proto) = {
            let outer = LiteralType::Struct(outer);
            (encode_type(&outer), type_to_proto(&outer))
        };
        assert_eq!(core::LiteralType::decode(bytes.as_slice()), Ok(proto));
        let number = f64::NEG_INFINITY.to_le_bytes();
        assert!(bytes.windows(8).any(|window| window == number));
        assert_eq!(encode_type(&decode_type(&bytes).unwrap()), bytes);
    }

    /// Fields of every number and kind that this release does not know, at the end and in front.
    #[test]
    fn unknown_fields_are_passed_over_wherever_they_are() {
        let unknown: [&[u8]; 4] = [
            &[0xfa, 0x7f, 2, 8, 1],
            &[0xf8, 0x7f, 0x80, 1],
            &[0xf9, 0x7f, 1, 2, 3, 4, 5, 6, 7, 8],
            &[0xfd, 0x7f, 1, 2, 3, 4],
        ];
        let mut random = Random(9);
        for round in 0..400 {
            let literal = random.literal(3);
            let bytes = encode(&literal);
            let unknown = unknown[round % unknown.len()];
            assert_eq!(
                decode(&[unknown, &bytes].concat()).map(|read| encode(&read)),
                Ok(bytes.clone())
            );
            assert_eq!(
                decode(&[&bytes, unknown].concat()).map(|read| encode(&read)),
                Ok(bytes)
            );
        }
    }
}
