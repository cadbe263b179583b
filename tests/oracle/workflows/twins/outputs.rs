//! Several outputs, named outputs, none, and what is passed through.

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;

#[derive(FlyteOutputs)]
struct Split {
    train: Vec<i64>,
    test: Vec<i64>,
}

#[task]
fn split(rows: Vec<i64>) -> Split {
    Split {
        train: rows.clone(),
        test: rows,
    }
}

#[task]
fn divide(a: i64, b: i64) -> (i64, i64) {
    (a / b, a % b)
}

#[task]
fn three(x: i64) -> (i64, String, bool) {
    (x, String::new(), true)
}

#[task]
fn nothing(x: i64) {
    let _ = x;
}

#[workflow]
fn several(a: i64, b: i64) -> (i64, i64) {
    let (quotient, remainder) = divide(a, b);
    let (first, _, _) = three(quotient);
    (first, remainder)
}

#[workflow]
fn named(rows: Vec<i64>) -> Split {
    let parts = split(rows);
    Split {
        train: parts.test,
        test: parts.train,
    }
}

#[workflow]
fn void(x: i64) {
    nothing(x);
}

#[workflow]
fn passed_through(x: i64, text: String) -> (String, i64) {
    nothing(x);
    (text, x)
}

#[workflow]
fn constant_outputs(x: i64) -> (i64, String, i64) {
    nothing(x);
    (7, "text".to_owned(), x)
}

#[workflow]
fn collected(x: i64) -> (Vec<i64>, BTreeMap<String, i64>) {
    let (quotient, remainder) = divide(x, 2);
    (
        vec![quotient, remainder, 3],
        BTreeMap::from([("quotient", quotient), ("remainder", remainder)]),
    )
}

#[workflow]
fn unused(x: i64) -> i64 {
    let _unused = divide(x, 2);
    let (_first, second) = divide(x, 3);
    second
}
