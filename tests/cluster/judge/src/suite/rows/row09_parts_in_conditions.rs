//! Conditions on a struct's field, a list's element and a map's key.

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

use crate::case::{Case, Kind, case, row};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Parcel {
    weight: f64,
    count: i64,
    city: String,
    fragile: bool,
    size: Size,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Size {
    height: i64,
    marks: Vec<i64>,
}

fn small() -> Parcel {
    Parcel {
        weight: 1.5,
        count: 2,
        city: "Oslo".to_owned(),
        fragile: true,
        size: Size {
            height: 7,
            marks: vec![1, 4],
        },
    }
}

#[task]
fn weighed(weight: f64) -> Parcel {
    Parcel { weight, ..small() }
}

#[task]
fn say(how: String, count: i64) -> String {
    format!("{how} {count}")
}

#[task]
fn numbers(count: i64) -> Vec<i64> {
    (0..count).map(|x| x * x).collect()
}

#[task]
fn prices(country: String) -> BTreeMap<String, i64> {
    BTreeMap::from([(country, 20), ("all".to_owned(), 5)])
}

/// A field of what a task gives.
#[workflow]
fn by_field(weight: f64) -> String {
    let parcel = weighed(weight).fields();
    if parcel.weight < 5.0 {
        say("by bike", parcel.count)
    } else {
        say("by van", parcel.count)
    }
}

/// Fields of an input, of all types that a condition may have, and one of a struct inside.
#[workflow]
fn by_fields(parcel: Parcel) -> String {
    let parcel = parcel.fields();
    if parcel.fragile && parcel.city == "Oslo" {
        say("carefully", parcel.size.fields().height)
    } else if parcel.size.fields().height > 5 || parcel.count <= 1 {
        "high"
    } else {
        fail("nobody carries it")
    }
}

#[workflow]
fn by_element(count: i64) -> i64 {
    let squares = numbers(count);
    if squares.at(2) == 4 && squares.at(0) != squares.at(1) {
        count_of(squares)
    } else {
        squares.at(1)
    }
}

#[task]
fn count_of(xs: Vec<i64>) -> i64 {
    xs.len() as i64
}

#[workflow]
fn by_key(country: String, limit: i64) -> i64 {
    let prices = prices(country);
    match prices.get("NL") {
        20 => count_of(vec![limit, prices.get("all")]),
        _ => limit,
    }
}

/// An element of a list inside of a struct, compared with another part, in a branch that is in another.
#[workflow]
fn in_one_another(parcel: Parcel, xs: Vec<i64>) -> String {
    let size = parcel.fields().size.fields();
    if size.marks.at(1) > xs.at(0) {
        if xs.at(1) == size.height { say("same", xs.at(1)) } else { "other" }
    } else {
        say("less", size.height)
    }
}

/// Built from real values, with parts of what is computed.
#[dynamic]
fn built(weights: Vec<f64>) -> Vec<String> {
    let mut all = Vec::new();
    for weight in weights {
        let parcel = weighed(weight).fields();
        all.push(if parcel.weight >= 2.0 { say("van", parcel.count) } else { say("bike", parcel.size.fields().height) });
    }
    all
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let text = str::to_owned;
    row(
        9,
        [
            case(by_field::call(2.0)).gives(text("by bike 2")),
            case(by_field::call(5.0)).gives(text("by van 2")).with("else"),
            case(by_fields::call(small())).gives(text("carefully 7")),
            case(by_fields::call(Parcel { fragile: false, ..small() })).gives(text("high")).with("or"),
            case(by_fields::call(Parcel {
                fragile: false,
                size: Size { height: 5, marks: vec![] },
                ..small()
            }))
            .fails(Kind::Branch, "nobody carries it")
            .with("fail"),
            case(by_element::call(3)).gives(3),
            case(by_key::call(text("NL"), 7)).gives(2),
            case(in_one_another::call(small(), vec![3, 7])).gives(text("same 7")),
            case(in_one_another::call(small(), vec![4, 7])).gives(text("less 7")).with("else"),
            case(in_one_another::call(small(), vec![3, 8])).gives(text("other")).with("inner else"),
            case(built::call(vec![1.0, 2.0])).gives(vec![text("bike 7"), text("van 2")]),
        ],
    )
}
