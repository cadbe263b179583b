//! What is read, and what has to hold for what was read.

use std::collections::BTreeMap;

use flyte_core::types::json_from_literal;
use flyte_runtime::{
    compat::wire::{decode, decode_map, encode, encode_map},
    prelude::*,
    types::{Bytes, FlyteError, FlyteType, Hashed, Literal, Preview},
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::Value as Json;

/// One thing that reads bytes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What it is called, and its corpus.
    pub name: &'static str,
    /// Reads the bytes and checks what came of them; whether they were something.
    pub run: fn(&[u8]) -> bool,
}

/// All of them.
pub const TARGETS: [Target; 3] = [
    Target {
        name: "literal",
        run: literal,
    },
    Target {
        name: "literal_map",
        run: literal_map,
    },
    Target {
        name: "msgpack",
        run: msgpack,
    },
];

#[derive(Clone, Debug, FlyteType)]
struct Record {
    number: i64,
    small: u8,
    single: f32,
    text: String,
    letter: char,
    maybe: Option<Box3>,
    list: Vec<Option<f64>>,
    map: BTreeMap<String, Key>,
    numbered: BTreeMap<i64, String>,
    at: Timestamp,
    day: Date,
    lasted: SignedDuration,
    colour: Colour,
    any: Json,
    bytes: Bytes,
}

#[derive(Clone, Debug, FlyteType)]
struct Box3 {
    sides: [i64; 3],
}

#[derive(Clone, Debug, FlyteType)]
enum Colour {
    Red,
    Blue,
}

#[derive(Clone, Debug, FlyteType)]
enum Key {
    Number(i64),
    Name(String),
    Nested(Vec<Key>),
    Nothing,
}

#[derive(Clone, Debug, FlyteType)]
#[serde(deny_unknown_fields)]
struct Tree {
    #[serde(default)]
    children: Vec<Tree>,
}

/// What is read as a `T` is written and read again to the same bytes.
fn holds<T: FlyteType>(literal: &Literal) -> bool {
    let Ok(value) = T::from_literal(literal.clone()) else {
        return false;
    };
    let mut preview = Preview::new();
    value.preview(&mut preview);
    assert!(preview.finish().chars().count() <= 81, "a preview is short");
    // Python's times reach beyond what can be written; that is an error, not a failure.
    let Ok(written) = value.to_literal() else {
        return true;
    };
    let again = T::from_literal(written.clone()).and_then(|value| value.to_literal());
    let again = again.expect("what was written can be read");
    assert_eq!(
        encode(&written),
        encode(&again),
        "what was read again is the same"
    );
    true
}

fn any(literal: &Literal) -> bool {
    let mut preview = Preview::new();
    preview.literal(literal);
    assert!(preview.finish().chars().count() <= 81, "a preview is short");
    let json = json_from_literal(literal).is_ok();
    [
        holds::<i64>(literal),
        holds::<u8>(literal),
        holds::<f64>(literal),
        holds::<f32>(literal),
        holds::<bool>(literal),
        holds::<String>(literal),
        holds::<char>(literal),
        holds::<Timestamp>(literal),
        holds::<Date>(literal),
        holds::<SignedDuration>(literal),
        holds::<std::time::SystemTime>(literal),
        holds::<std::time::Duration>(literal),
        holds::<Bytes>(literal),
        holds::<FlyteError>(literal),
        holds::<Hashed<String>>(literal),
        holds::<Option<i64>>(literal),
        holds::<Vec<Option<String>>>(literal),
        holds::<BTreeMap<String, Vec<f64>>>(literal),
        holds::<BTreeMap<i64, Json>>(literal),
        holds::<Json>(literal),
        holds::<Record>(literal),
        holds::<Tree>(literal),
        holds::<Colour>(literal),
        holds::<Key>(literal),
        holds::<Option<Key>>(literal),
    ]
    .contains(&true)
        || json
}

fn literal(bytes: &[u8]) -> bool {
    let Ok(literal) = decode(bytes) else {
        return false;
    };
    let written = encode(&literal);
    let again = decode(&written).expect("what was written can be read");
    assert_eq!(written, encode(&again), "what was read again is the same");
    any(&literal);
    true
}

fn literal_map(bytes: &[u8]) -> bool {
    let Ok(literals) = decode_map(bytes) else {
        return false;
    };
    let write = |literals: &BTreeMap<String, Literal>| {
        encode_map(
            literals
                .iter()
                .map(|(name, literal)| (name.as_str(), literal)),
        )
    };
    let written = write(&literals);
    let again = decode_map(&written).expect("what was written can be read");
    assert_eq!(written, write(&again), "what was read again is the same");
    for literal in literals.values() {
        any(literal);
    }
    true
}

fn msgpack(bytes: &[u8]) -> bool {
    any(&Literal::msgpack(bytes.to_vec()))
}
