//! What values become in Flyte's form, and what is read back from it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use flyte_core::types::json_from_literal;
use flyte_runtime::{
    prelude::*,
    types::{
        Bytes, FlyteError, FlyteType, Hashed, Literal, LiteralType, LiteralValue, TypeError,
        UnionVariant, literal_from_json,
    },
};
use jiff::{SignedDuration, Timestamp, civil};
use serde_json::{Value as Json, json};

/// The JSON of a value's literal.
fn stored<T: FlyteType>(value: &T) -> Json {
    json_from_literal(&value.to_literal().unwrap()).unwrap()
}

/// A value from the JSON of its literal.
fn read<T: FlyteType>(json: Json) -> Result<T, TypeError> {
    T::from_literal(literal_from_json(json, &T::literal_type())?)
}

/// A value from MessagePack, as when a backend picks the field of a struct.
fn picked<T: FlyteType>(json: Json) -> Result<T, TypeError> {
    T::from_literal(json.to_literal()?)
}

fn message<T: std::fmt::Debug>(result: Result<T, TypeError>) -> String {
    result.unwrap_err().to_string()
}

#[derive(Clone, Debug, Default, PartialEq, FlyteType)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    first_name: String,
    #[serde(rename = "surname", alias = "last_name")]
    last_name: Option<String>,
    #[serde(default = "ten")]
    limit: u8,
    #[serde(skip)]
    cached: Vec<i64>,
    colour: Colour,
    keys: Vec<Key>,
}

fn ten() -> u8 {
    10
}

#[derive(Clone, Copy, Debug, Default, PartialEq, FlyteType)]
enum Colour {
    #[default]
    #[flyte(value = "red")]
    Red,
    #[serde(rename = "BLUE")]
    Blue,
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum Key {
    Number(i64),
    Name(String),
    Nothing,
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Tree {
    value: i64,
    children: Vec<Tree>,
}

fn settings() -> Settings {
    Settings {
        first_name: "Ada".to_owned(),
        last_name: None,
        limit: 3,
        cached: Vec::new(),
        colour: Colour::Blue,
        keys: vec![Key::Number(1), Key::Name("x".to_owned()), Key::Nothing],
    }
}

#[test]
fn structs_are_stored_under_the_names_that_serde_gives_them() {
    let json = json!({"firstName": "Ada", "surname": null, "limit": 3, "colour": "BLUE", "keys": [1, "x", null]});
    assert_eq!(stored(&settings()), json);
    assert_eq!(picked::<Settings>(json), Ok(settings()));
    let LiteralType::Struct(structure) = Settings::literal_type() else {
        panic!("a struct has another type");
    };
    let schema = structure.json_schema();
    assert_eq!(
        schema["required"],
        json!(["firstName", "surname", "colour", "keys"])
    );
    assert_eq!(
        schema["properties"]["limit"],
        json!({"type": "integer", "default": 10})
    );
    assert_eq!(
        schema["properties"]["colour"],
        json!({"enum": ["red", "BLUE"]})
    );
}

#[test]
fn fields_that_are_missing_are_defaults_or_nothing_or_errors() {
    let least = json!({"firstName": "Ada", "colour": "BLUE", "last_name": "L", "keys": []});
    let expected = Settings {
        limit: 10,
        keys: vec![],
        last_name: Some("L".to_owned()),
        ..settings()
    };
    assert_eq!(picked::<Settings>(least), Ok(expected));
    assert_eq!(
        message(picked::<Settings>(json!({}))),
        "`Settings` lacks the field `firstName`"
    );
    let unknown = json!({"firstName": "Ada", "colour": "BLUE", "keys": [], "color": 1});
    assert_eq!(
        message(picked::<Settings>(unknown)),
        "`Settings` has no field `color`; it has `firstName`, `surname`, `limit`, `colour`, `keys`"
    );
}

#[test]
fn an_error_deep_inside_shows_the_ends_of_its_path() {
    let wrong = TypeError::mismatch("integer", "a string");
    let deep = (0..1000).fold(wrong, |error, depth| error.at(format!("[{}]", 999 - depth)));
    let message = deep.to_string();
    assert!(message.starts_with("at [0][1][2]"), "{message}");
    assert!(
        message.ends_with("[998][999]: expected integer, found a string"),
        "{message}"
    );
    assert!(message.contains(" … ") && message.len() < 300, "{message}");
}

#[test]
fn an_error_names_the_place_in_a_struct() {
    let wrong = json!({"firstName": "Ada", "colour": "BLUE", "keys": [1, {"a": 2}]});
    assert_eq!(
        message(picked::<Settings>(wrong)),
        "at .keys[1]: expected integer or string or nothing, found a struct"
    );
    let wrong = json!({"firstName": "Ada", "colour": "green", "keys": []});
    assert_eq!(
        message(picked::<Settings>(wrong)),
        "at .colour: \"green\" does not fit `Colour`: it is one of `red`, `BLUE`"
    );
}

#[test]
fn a_struct_may_hold_itself() {
    let leaf = Tree {
        value: 2,
        children: vec![],
    };
    let tree = Tree {
        value: 1,
        children: vec![leaf.clone(), leaf],
    };
    assert_eq!(Tree::from_literal(tree.to_literal().unwrap()), Ok(tree));
    assert_eq!(Tree::literal_type().to_string(), "Tree");
}

#[test]
fn structs_of_older_releases_are_read_with_their_floats() {
    let object = json!({"value": 1.0, "children": []});
    let object = object.as_object().unwrap().clone();
    let literal = Literal::from(LiteralValue::Generic(object));
    assert_eq!(
        Tree::from_literal(literal),
        Ok(Tree {
            value: 1,
            children: vec![]
        })
    );
}

/// On the command line and in other JSON every key is a string.
/// As Flyte's console and older clients send what is typed into them.
#[test]
fn maps_with_other_keys_are_read_from_an_object() -> Result<(), TypeError> {
    let generic = |json: serde_json::Value| {
        let serde_json::Value::Object(object) = json else {
            panic!("{json} is no object");
        };
        Literal::from(LiteralValue::Generic(object))
    };
    let literal = || generic(serde_json::json!({"10": 2.0, "-1": 3.0}));
    let expected = [(-1_i64, 3_i64), (10, 2)];
    assert_eq!(
        BTreeMap::<i64, i64>::from_literal(literal())?,
        BTreeMap::from(expected)
    );
    assert_eq!(
        HashMap::<i64, i64>::from_literal(literal())?,
        HashMap::from(expected)
    );
    let error = BTreeMap::<i64, i64>::from_literal(generic(serde_json::json!({"a": 1})));
    assert_eq!(
        error.map_err(|error| error.to_string()),
        Err("at the key \"a\": expected integer, found a string".to_owned())
    );
    Ok(())
}

#[test]
fn keys_that_were_json_are_read_from_their_text() -> Result<(), TypeError> {
    let map = json!({"1": "a", "-2": "b"}).to_literal()?;
    let map = BTreeMap::<i64, String>::from_literal(map)?;
    assert_eq!(
        map,
        BTreeMap::from([(1, "a".to_owned()), (-2, "b".to_owned())])
    );
    let map = BTreeMap::<bool, i64>::from_literal(json!({"true": 1}).to_literal()?)?;
    assert_eq!(map, BTreeMap::from([(true, 1)]));
    let error = BTreeMap::<u8, i64>::from_literal(json!({"x": 1}).to_literal()?);
    let error = error.expect_err("it is no number").to_string();
    assert_eq!(error, "at the key \"x\": expected integer, found a string");
    let error = BTreeMap::<u8, i64>::from_literal(BTreeMap::from([(256_i64, 1_i64)]).to_literal()?);
    let error = error.expect_err("it is too large").to_string();
    assert_eq!(
        error,
        "at the key 256: 256 does not fit `u8`: it goes from 0 to 255"
    );
    Ok(())
}

#[test]
fn a_variant_is_found_by_its_tag() {
    let literal = Key::Number(3).to_literal().unwrap();
    let LiteralValue::Union { variant, value } = &literal.value else {
        panic!("not a union");
    };
    assert_eq!(
        (variant.tag.as_str(), &value.value),
        ("int", &LiteralValue::Integer(3))
    );
    assert_eq!(Key::from_literal(literal), Ok(Key::Number(3)));
    // The tag decides, not what the value would fit.
    let told = Literal::union(UnionVariant::new(LiteralType::String), Literal::integer(3));
    assert_eq!(
        message(Key::from_literal(told)),
        "expected string, found an integer"
    );
    let strange = Literal::union(UnionVariant::new(LiteralType::Float), Literal::float(3.0));
    assert_eq!(
        message(Key::from_literal(strange)),
        "expected integer or string or nothing, found a value with the tag `float`"
    );
}

/// Those of one type do not compile. Types of one form are seen only when they are used.
#[test]
fn variants_that_nothing_tells_apart_are_errors() {
    #[derive(Clone, Debug, PartialEq, FlyteType)]
    enum Length {
        Metres(f64),
        Feet(Hashed<f64>),
    }

    let ambiguous =
        "a float could be several variants of `Length`: float (tag `float`), float (tag `float`)";
    let feet = Length::Feet(Hashed::new(1.0, "one"));
    assert_eq!(message(Length::Metres(1.0).to_literal()), ambiguous);
    assert_eq!(message(feet.to_literal()), ambiguous);
    assert_eq!(message(picked::<Length>(json!(1.5))), ambiguous);
}

/// What the message about such variants says to write.
#[test]
fn structs_named_after_their_variants_tell_them_apart() {
    #[derive(Clone, Debug, PartialEq, FlyteType)]
    struct Metres {
        metres: f64,
    }

    #[derive(Clone, Debug, PartialEq, FlyteType)]
    struct Feet {
        feet: f64,
    }

    #[derive(Clone, Debug, PartialEq, FlyteType)]
    enum Length {
        Metres(Metres),
        Feet(Feet),
    }

    let feet = Length::Feet(Feet { feet: 1.0 });
    let literal = feet.to_literal().unwrap();
    assert_eq!(Length::from_literal(literal), Ok(feet.clone()));
    assert_eq!(picked::<Length>(json!({"feet": 1.0})), Ok(feet));
}

#[test]
fn two_structs_in_a_union_are_told_apart_by_their_fields() {
    #[derive(Clone, Debug, PartialEq, FlyteType)]
    struct Circle {
        radius: f64,
    }

    #[derive(Clone, Debug, PartialEq, FlyteType)]
    struct Square {
        side: f64,
    }

    #[derive(Clone, Debug, PartialEq, FlyteType)]
    enum Shape {
        Circle(Circle),
        Square(Square),
    }

    let square = Shape::Square(Square { side: 2.0 });
    assert_eq!(
        Shape::from_literal(square.to_literal().unwrap()),
        Ok(square.clone())
    );
    assert_eq!(picked::<Shape>(json!({"side": 2})), Ok(square));
}

#[test]
fn an_optional_of_a_union_is_one_union() {
    #[derive(Clone, Debug, PartialEq, FlyteType)]
    enum Either {
        Number(i64),
        Name(String),
    }

    assert_eq!(
        Option::<Either>::literal_type().to_string(),
        "integer or string or nothing"
    );
    for value in [
        Some(Either::Number(1)),
        Some(Either::Name("x".to_owned())),
        None,
    ] {
        assert_eq!(
            Option::<Either>::from_literal(value.to_literal().unwrap()),
            Ok(value)
        );
    }
    // Two absences differ, so two optionals stay two unions.
    for value in [Some(Some(1)), Some(None), None] {
        assert_eq!(
            Option::<Option<i64>>::from_literal(value.to_literal().unwrap()),
            Ok(value)
        );
    }
}

#[test]
fn scalars_are_read_from_the_fields_of_structs() {
    assert_eq!(picked::<u8>(json!(7)), Ok(7));
    assert_eq!(picked::<f64>(json!(7)), Ok(7.0));
    assert_eq!(picked::<bool>(json!(true)), Ok(true));
    assert_eq!(picked::<String>(json!("x")), Ok("x".to_owned()));
    assert_eq!(picked::<Option<i64>>(json!(null)), Ok(None));
    assert_eq!(picked::<Colour>(json!("red")), Ok(Colour::Red));
    assert_eq!(
        picked::<Vec<Option<i64>>>(json!([1, null])),
        Ok(vec![Some(1), None])
    );
    assert_eq!(
        picked::<BTreeMap<String, i64>>(json!({"a": 1})),
        Ok([("a".to_owned(), 1)].into())
    );
    assert_eq!(
        picked::<Duration>(json!(1.5)),
        Ok(Duration::from_millis(1500))
    );
    assert_eq!(
        picked::<Timestamp>(json!("1970-01-01T00:00:01.5")),
        Ok(Timestamp::from_millisecond(1500).unwrap())
    );
    assert_eq!(
        picked::<civil::Date>(json!("2024-02-29")),
        Ok(civil::date(2024, 2, 29))
    );
    assert_eq!(
        message(picked::<i64>(json!("x"))),
        "expected integer, found a string"
    );
}

#[test]
fn numbers_keep_to_their_ranges() {
    assert_eq!(
        message(u64::MAX.to_literal()),
        "18446744073709551615 does not fit a Flyte integer: Flyte's integers end at 9223372036854775807"
    );
    assert_eq!(
        message(picked::<u8>(json!(256))),
        "256 does not fit `u8`: it goes from 0 to 255"
    );
    assert_eq!(
        message(picked::<i64>(json!(u64::MAX))),
        "18446744073709551615 does not fit a Flyte integer: Flyte's integers end at 9223372036854775807"
    );
    assert!(picked::<f32>(json!(1e300)).is_err());
    assert!(
        f64::from_literal(f64::NAN.to_literal().unwrap())
            .unwrap()
            .is_nan()
    );
    assert_eq!(
        message(<[i64; 3]>::from_literal(vec![1_i64].to_literal().unwrap())),
        "a list of 1 element does not fit an array of 3: an array has exactly its number of elements"
    );
    assert_eq!(
        message(picked::<char>(json!("ab"))),
        "a string of 2 characters does not fit `char`: it is one character"
    );
}

#[test]
fn times_are_utc_and_durations_may_be_negative_only_where_the_type_can() {
    let before = UNIX_EPOCH - Duration::from_millis(500);
    let literal = before.to_literal().unwrap();
    assert_eq!(
        literal.value,
        LiteralValue::Datetime {
            seconds: -1,
            nanos: 500_000_000
        }
    );
    assert_eq!(SystemTime::from_literal(literal), Ok(before));
    let naive = civil::date(2024, 1, 31).at(12, 0, 0, 0);
    assert_eq!(stored(&naive), json!("2024-01-31T12:00:00+00:00"));
    assert_eq!(
        civil::DateTime::from_literal(naive.to_literal().unwrap()),
        Ok(naive)
    );
    let negative = SignedDuration::from_millis(-1500).to_literal().unwrap();
    assert_eq!(
        negative.value,
        LiteralValue::Duration {
            seconds: -1,
            nanos: -500_000_000
        }
    );
    assert!(message(Duration::from_literal(negative)).contains("it cannot be negative"));
    for seconds in [f64::NAN, f64::INFINITY] {
        let seconds = seconds.to_literal().unwrap();
        assert!(
            message(SignedDuration::from_literal(seconds)).contains("a finite number of seconds")
        );
    }
    let late = Literal::from(LiteralValue::Datetime {
        seconds: i64::MAX,
        nanos: 0,
    });
    assert!(message(Timestamp::from_literal(late)).contains("from the year 1 to the year 9999"));
}

#[test]
fn maps_with_other_keys_are_msgpack_in_the_order_of_their_keys() {
    let map: HashMap<i64, Vec<f64>> = [(3, vec![0.5]), (-1, vec![]), (2, vec![1.0])].into();
    let literal = map.to_literal().unwrap();
    assert_eq!(HashMap::from_literal(literal.clone()), Ok(map));
    assert_eq!(literal.kind(), "a struct");
    assert_eq!(stored(&BTreeMap::from([(true, 1_i64)])), json!({"true": 1}));
    assert_eq!(
        HashMap::<i64, String>::literal_type(),
        LiteralType::AnyStruct
    );
    let wrong = BTreeMap::from([(1_i64, "x".to_owned())])
        .to_literal()
        .unwrap();
    assert_eq!(
        message(BTreeMap::<i64, i64>::from_literal(wrong)),
        "at [1]: expected integer, found a string"
    );
}

#[test]
fn bytes_hashes_and_errors_keep_what_they_are() {
    let bytes = Bytes(vec![0, 255]);
    assert_eq!(stored(&bytes), json!("AP8="));
    assert_eq!(read::<Bytes>(json!("AP8=")), Ok(bytes));
    let hashed = Hashed::new(5_i64, "five");
    let back = Hashed::<i64>::from_literal(hashed.to_literal().unwrap()).unwrap();
    assert_eq!((back.hash(), *back), (Some("five"), 5));
    let error = FlyteError::new("n0", "no space left");
    assert_eq!(error.to_string(), "no space left");
    assert_eq!(
        FlyteError::from_literal(error.to_literal().unwrap()),
        Ok(error)
    );
}

#[test]
fn bindings_are_cast_by_flytes_rules() {
    let (number, text) = (LiteralType::Integer, LiteralType::String);
    let (colour, key) = (Colour::literal_type(), Key::literal_type());
    let casts = [
        (&text, &colour, true),
        (&colour, &text, false),
        (&key, &number, true),
        (&number, &key, false),
        (&key, &LiteralType::None, true),
        (&key, &Option::<i64>::literal_type(), true),
        (&Option::<i64>::literal_type(), &key, false),
        (&LiteralType::Float, &number, false),
        (
            &LiteralType::collection(text.clone()),
            &LiteralType::collection(colour.clone()),
            true,
        ),
        (
            &LiteralType::map(number.clone()),
            &LiteralType::map(text.clone()),
            false,
        ),
    ];
    for (to, from, allowed) in casts {
        assert_eq!(to.accepts(from), allowed, "{from} as {to}");
    }
    let one = LiteralType::Union(vec![
        UnionVariant::new(number.clone()),
        UnionVariant::new(text.clone()),
    ]);
    let other = LiteralType::Union(vec![UnionVariant::new(text), UnionVariant::new(number)]);
    assert!(one.accepts(&other) && other.accepts(&one));
}

/// The cluster passes the string that stands for an enum, and so does a local run.
#[test]
fn a_promise_of_an_enum_is_passed_for_a_string() {
    #[task]
    fn same(colour: Colour) -> Colour {
        colour
    }

    #[task]
    fn length(text: &str) -> usize {
        text.len()
    }

    #[workflow]
    fn lengths(colour: Colour) -> (usize, usize) {
        (length(same(colour)), length(colour))
    }

    assert_eq!(lengths(Colour::Red).unwrap(), (3, 3));
    let call = lengths::call(Colour::Blue);
    assert_eq!(Runner::local().strict(true).run(call).unwrap(), (4, 4));
}

/// The cluster takes a value without a tag for the variant of its kind, and so does a local run.
#[test]
fn a_promise_of_what_a_variant_holds_is_passed_for_the_union() {
    #[task]
    fn letters(text: &str) -> i64 {
        text.len() as i64
    }

    #[task]
    fn show(key: &Key) -> String {
        format!("{key:?}")
    }

    #[workflow]
    fn shown(text: String) -> (String, String, String) {
        (show(letters(text)), show(text), show(Key::Nothing))
    }

    let expected = ("Number(4)", "Name(\"text\")", "Nothing");
    let expected = (
        expected.0.to_owned(),
        expected.1.to_owned(),
        expected.2.to_owned(),
    );
    let call = shown::call("text".to_owned());
    assert_eq!(
        Runner::local().strict(true).run(call.clone()).unwrap(),
        expected
    );
    assert_eq!(call.run().unwrap(), expected);
}

#[test]
fn rubbish_is_an_error() {
    for bytes in [
        &[][..],
        &[0xc1],
        &[0x81, 0xa1],
        &[0xdf, 0xff, 0xff, 0xff, 0xff],
        &[0x93, 1],
        &[0xa2, 0xff, 0xfe],
        &[1, 2],
    ] {
        let literal = || Literal::msgpack(bytes.to_vec());
        assert!(Settings::from_literal(literal()).is_err(), "{bytes:?}");
        assert!(Json::from_literal(literal()).is_err(), "{bytes:?}");
        assert!(
            BTreeMap::<i64, i64>::from_literal(literal()).is_err(),
            "{bytes:?}"
        );
    }
    let deep = Literal::msgpack([vec![0x91; 10_000], vec![1]].concat());
    assert!(message(Json::from_literal(deep.clone())).contains("more than 128 deep"));
    assert_eq!(
        message(Tree::from_literal(deep)),
        "expected Tree, found a collection"
    );
    // A tree that is a chain of ten thousand.
    let begin = [
        [0x82, 0xa5].as_slice(),
        b"value",
        &[1, 0xa8],
        b"children",
        &[0x91],
    ]
    .concat();
    let end = [
        [0x82, 0xa5].as_slice(),
        b"value",
        &[1, 0xa8],
        b"children",
        &[0x90],
    ]
    .concat();
    let chain = Literal::msgpack([begin.repeat(10_000), end].concat());
    let error = message(Tree::from_literal(chain));
    assert!(
        error.ends_with("structs and enums lie more than 128 deep in one another"),
        "{error}"
    );
}

#[test]
fn an_enum_may_hold_itself() {
    #[derive(Clone, Debug, PartialEq, FlyteType)]
    enum Nested {
        Number(i64),
        List(Vec<Nested>),
    }

    let value = Nested::List(vec![Nested::Number(1), Nested::List(vec![])]);
    assert_eq!(Nested::from_literal(value.to_literal().unwrap()), Ok(value));
    assert_eq!(
        Nested::literal_type().to_string(),
        "integer or list of struct"
    );
}
