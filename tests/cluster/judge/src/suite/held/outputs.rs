//! Several outputs, by place and by name, and defaults of inputs.

#![allow(
    clippy::type_complexity,
    reason = "seven outputs are what the case is about"
)]

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

use crate::case::{Case, Kind, case, held};

#[derive(Debug, PartialEq, FlyteOutputs)]
struct Summary {
    total: i64,
    texts: Vec<String>,
    longest: Option<String>,
}

#[task]
fn summed_up(numbers: Vec<i64>) -> Summary {
    Summary {
        total: numbers.iter().sum(),
        texts: numbers.iter().map(i64::to_string).collect(),
        longest: numbers.iter().map(i64::to_string).max_by_key(String::len),
    }
}

#[derive(Debug, PartialEq, FlyteOutputs)]
struct Report {
    /// A word of Rust.
    r#type: String,
    count: i64,
    summary: Vec<String>,
}

#[workflow]
fn renamed(numbers: Vec<i64>, text: String) -> Report {
    let summary = summed_up(numbers);
    let more = summed_up(vec![summary.total, 1]);
    Report {
        r#type: text,
        count: more.total,
        summary: summary.texts,
    }
}

#[workflow]
fn around_named(numbers: Vec<i64>) -> (String, Option<String>) {
    let report = renamed(numbers, "inner");
    let summary = summed_up(vec![report.count]);
    (report.summary.at(0), summary.longest)
}

#[task]
fn seven(
    x: i64,
) -> (
    i64,
    f64,
    bool,
    String,
    Vec<i64>,
    Option<i64>,
    BTreeMap<String, i64>,
) {
    (
        x,
        x as f64,
        x > 0,
        x.to_string(),
        vec![x],
        Some(x),
        BTreeMap::from([(x.to_string(), x)]),
    )
}

#[workflow]
fn taken_apart(x: i64) -> (BTreeMap<String, i64>, Option<i64>, i64) {
    let (first, _, _, text, list, some, map) = seven(x);
    let _unused = (text, first);
    (map, some, list.at(0))
}

#[task]
fn nothing(x: i64) {
    let _seen = x;
}

#[workflow]
fn nothing_at_all(x: i64) {
    nothing(x);
    nothing(7);
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Options {
    depth: u32,
    names: Vec<String>,
}

fn usual() -> Options {
    Options {
        depth: 3,
        names: vec!["a".to_owned()],
    }
}

#[task]
fn with_defaults(
    #[default(7)] number: i64,
    #[default(0.5)] float: f64,
    #[default("größer")] text: &str,
    #[default(None)] maybe: Option<i64>,
    #[default(vec![1, 2])] list: Vec<i64>,
    #[default(BTreeMap::from([("k".to_owned(), true)]))] map: BTreeMap<String, bool>,
) -> String {
    format!("{number} {float} {text} {maybe:?} {list:?} {map:?}")
}

#[task]
fn of_a_struct(#[default(usual())] options: Options, by: u32) -> (u32, String) {
    (options.depth * by, options.names.join(","))
}

/// Some are given, the others are those of the tasks.
#[workflow]
fn some_given(#[default(usual())] options: Options, text: String) -> (String, u32, String) {
    let (depth, names) = of_a_struct(options = options, by = 2);
    (with_defaults(maybe = Some(3), text = text), depth, names)
}

#[workflow]
fn inputs_as_outputs(
    x: i64,
    #[default(vec![None, Some(0.5)])] list: Vec<Option<f64>>,
) -> (i64, Vec<Option<f64>>, String, i64) {
    let (number, _, _, text, _, _, _) = seven(x);
    (number, list, text, 5)
}

/// One value more than once.
#[workflow]
fn the_same_again(x: i64) -> (i64, i64, Vec<i64>, BTreeMap<String, i64>) {
    let (y, _, _, _, _, _, _) = seven(x);
    (y, y, vec![y, x, y, 1], BTreeMap::from([("x", x), ("y", y)]))
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let text = |text: &str| text.to_owned();
    held(
        "outputs",
        [
            case(summed_up::call(vec![1, -20])).gives(Summary {
                total: -19,
                texts: texts(&["1", "-20"]),
                longest: Some(text("-20")),
            }),
            case(summed_up::call(vec![]))
                .gives(Summary {
                    total: 0,
                    texts: vec![],
                    longest: None,
                })
                .with("nothing"),
            case(renamed::call(vec![2, 3], text("t"))).gives(Report {
                r#type: text("t"),
                count: 6,
                summary: texts(&["2", "3"]),
            }),
            case(around_named::call(vec![40])).gives((text("40"), Some(text("41")))),
            case(around_named::call(vec![]))
                .fails(Kind::Value, "")
                .with("no first"),
            case(taken_apart::call(4)).gives((BTreeMap::from([(text("4"), 4)]), Some(4), 4)),
            case(nothing_at_all::call(1)).gives(()).pods(2),
            case(call!(with_defaults())).gives(text(r#"7 0.5 größer None [1, 2] {"k": true}"#)),
            case(call!(some_given(text = text("x")))).gives((
                text(r#"7 0.5 x Some(3) [1, 2] {"k": true}"#),
                6,
                text("a"),
            )),
            case(call!(inputs_as_outputs(x = 3))).gives((3, vec![None, Some(0.5)], text("3"), 5)),
            case(the_same_again::call(8)).gives((
                8,
                8,
                vec![8, 8, 8, 1],
                BTreeMap::from([(text("x"), 8), (text("y"), 8)]),
            )),
        ],
    )
}
