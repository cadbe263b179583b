//! Integers in structs that have become floats on their way, as those that clients in Go send.

use std::collections::BTreeMap;

use flyte_runtime::{
    prelude::*,
    types::{FlyteType, Literal, MsgpackWriter, TypeError, json_from_typed_literal},
};
use serde_json::{Value as Json, json};

fn packed(json: &Json) -> Literal {
    let mut writer = MsgpackWriter::new();
    writer.json(json);
    Literal::msgpack(writer.finish().unwrap())
}

fn read<T: FlyteType>(json: Json) -> Result<T, TypeError> {
    T::from_literal(packed(&json))
}

fn refusal<T: FlyteType + std::fmt::Debug>(json: Json) -> String {
    read::<T>(json).unwrap_err().to_string()
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Everywhere {
    plain: u8,
    list: Vec<i16>,
    map: BTreeMap<String, u64>,
    keys: BTreeMap<i32, i64>,
    option: Option<usize>,
    nothing: Option<i8>,
    one_of: OneOf,
    inside: Inside,
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Inside {
    #[serde(default)]
    number: u32,
    mean: f64,
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum OneOf {
    Name(String),
    Number(i64),
    Several(Vec<i64>),
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum Measure {
    Count(i64),
    Share(f64),
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum Wait {
    Times(i64),
    Long(std::time::Duration),
}

#[test]
fn whole_floats_in_structs_are_integers() {
    let json = json!({
        "plain": 255.0, "list": [-1.0, 2.0, 3], "map": {"a": 800.0}, "keys": {"7": -0.0}, "option": 4.0,
        "nothing": null, "one_of": 5.0, "inside": {"number": 6.0, "mean": 2.0},
    });
    let value = Everywhere {
        plain: 255,
        list: vec![-1, 2, 3],
        map: BTreeMap::from([("a".to_owned(), 800)]),
        keys: BTreeMap::from([(7, 0)]),
        option: Some(4),
        nothing: None,
        one_of: OneOf::Number(5),
        inside: Inside {
            number: 6,
            mean: 2.0,
        },
    };
    assert_eq!(read::<Everywhere>(json.clone()).as_ref(), Ok(&value));
    // It is shown as what it is read as.
    let shown = json_from_typed_literal(&packed(&json), &Everywhere::literal_type()).unwrap();
    assert_eq!(
        (
            &shown["plain"],
            &shown["list"],
            &shown["one_of"],
            &shown["inside"]
        ),
        (
            &json!(255),
            &json!([-1, 2, 3]),
            &json!(5),
            &json!({"number": 6, "mean": 2.0})
        )
    );
    assert_eq!(
        read::<Vec<OneOf>>(json!([[1.0]])).unwrap(),
        [OneOf::Several(vec![1])]
    );
    // The field of a struct that a backend has picked, and the largest numbers of each kind.
    assert_eq!(
        read::<i64>(json!(9_007_199_254_740_991.0)),
        Ok(9_007_199_254_740_991)
    );
    assert_eq!(
        read::<i64>(json!(-9_007_199_254_740_991.0)),
        Ok(-9_007_199_254_740_991)
    );
    assert_eq!(
        read::<BTreeMap<u8, bool>>(json!({"1": true})),
        Ok(BTreeMap::from([(1, true)]))
    );
}

#[test]
fn a_variant_that_a_float_is_comes_before_one_that_it_could_be() {
    assert_eq!(
        read::<Vec<Measure>>(json!([2.0])).unwrap(),
        [Measure::Share(2.0)]
    );
    assert_eq!(
        read::<Vec<Measure>>(json!([2])).unwrap(),
        [Measure::Count(2)]
    );
    let long = Wait::Long(std::time::Duration::from_secs(2));
    assert_eq!(
        read::<Vec<Wait>>(json!([2.0])).unwrap(),
        std::slice::from_ref(&long)
    );
    assert_eq!(read::<Vec<Wait>>(json!([2])).unwrap(), [Wait::Times(2)]);
    let mut writer = MsgpackWriter::new();
    long.write_msgpack(&mut writer).unwrap();
    assert_eq!(
        Wait::from_literal(Literal::msgpack(writer.finish().unwrap())),
        Ok(long)
    );
}

#[test]
fn floats_that_are_no_integers_stay_floats() {
    assert_eq!(
        refusal::<Vec<i64>>(json!([0.5])),
        "at [0]: expected integer, found the float 0.5"
    );
    let nan = |value: f64| {
        let mut writer = MsgpackWriter::new();
        writer.float(value);
        i64::from_literal(Literal::msgpack(writer.finish().unwrap()))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(nan(f64::NAN), "expected integer, found the float NaN");
    assert_eq!(
        nan(f64::NEG_INFINITY),
        "expected integer, found the float -inf"
    );
    for text in ["1e300", "9007199254740992.0", "-9.223372036854776e18"] {
        assert_eq!(
            refusal::<i64>(serde_json::from_str(text).unwrap()),
            format!(
                "the float {text} does not fit an integer: from 2^53 on a float may stand for several integers"
            )
        );
    }
    assert_eq!(
        refusal::<Vec<u8>>(json!([1.0, 256.0])),
        "at [1]: 256 does not fit `u8`: it goes from 0 to 255"
    );
    assert_eq!(
        refusal::<Vec<OneOf>>(json!([0.5])),
        "at [0]: expected string or integer or list of integer, found a float"
    );
}

/// A cluster that picks a field of a struct passes it on as it is there.
#[test]
fn fields_that_a_cluster_has_picked_are_integers() {
    assert_eq!(i64::from_literal(Literal::float(2.0)), Ok(2));
    assert_eq!(Option::<u8>::from_literal(Literal::float(2.0)), Ok(Some(2)));
    assert_eq!(
        OneOf::from_literal(Literal::float(2.0)),
        Ok(OneOf::Number(2))
    );
    assert_eq!(
        i64::from_literal(Literal::float(0.5))
            .unwrap_err()
            .to_string(),
        "expected integer, found the float 0.5"
    );
}
