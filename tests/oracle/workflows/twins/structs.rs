//! Structs and their fields.

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, FlyteType)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Clone, Serialize, Deserialize, FlyteType)]
struct Report {
    label: String,
    count: i64,
    done: bool,
    history: Vec<i64>,
    origin: Point,
    by_name: BTreeMap<String, i64>,
}

#[task]
fn report(x: i64) -> Report {
    Report {
        label: String::new(),
        count: x,
        done: true,
        history: vec![x],
        origin: Point { x: 0.0, y: 0.0 },
        by_name: BTreeMap::new(),
    }
}

#[task]
fn show(report: Report) -> String {
    report.label
}

#[task]
fn plain(x: i64) -> i64 {
    x
}

#[task]
fn scale(x: f64) -> f64 {
    x
}

#[workflow]
fn structs(input: Report) -> (String, Report) {
    (show(input), report(3))
}

#[workflow]
fn fields(x: i64) -> (i64, f64) {
    let report = report(x);
    let a = plain(report.fields().count);
    let b = plain(report.fields().history.at(1));
    let _c = plain(report.fields().by_name.get("k"));
    let d = scale(report.fields().origin.fields().y);
    let _e = plain(b);
    (a, d)
}

#[workflow]
fn fields_of_inputs(input: Report) -> i64 {
    plain(input.fields().history.at(0))
}

#[workflow]
fn fields_as_outputs(x: i64) -> (String, Vec<i64>) {
    let report = report(x);
    let fields = report.fields();
    (fields.label, fields.history)
}
