//! Lists, maps and optional values of promises, as arguments and as outputs.
//!
//! ```console
//! $ cargo run --example collections -- run lists
//! [9,7,2]
//! $ cargo run --example collections -- run lists --x 5
//! [25,7,4]
//! $ cargo run --example collections -- run maps
//! {"cube":27,"square":9,"unit":1}
//! $ cargo run --example collections -- run maybe
//! [3,-1,9,4]
//! $ cargo run --example collections -- run total
//! 28
//! ```

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;

#[task]
fn multiply(a: i64, b: i64) -> i64 {
    a * b
}

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[task]
fn sum_rows(rows: &[Vec<i64>]) -> i64 {
    rows.iter().flatten().sum()
}

#[task]
fn or_minus_one(x: Option<i64>) -> i64 {
    x.unwrap_or(-1)
}

#[task]
fn show(powers: BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    powers
}

// ANCHOR: lists
/// A written list may mix promises and values, and holds calls too.
#[workflow]
fn lists(#[default(3)] x: i64) -> Vec<i64> {
    vec![multiply(x, x), 7, add(x, -1)]
}
// ANCHOR_END: lists

// ANCHOR: maps
/// A map of promises is an argument like any other. Its keys are known while the graph is built.
#[workflow]
fn maps(#[default(3)] x: i64) -> BTreeMap<String, i64> {
    let square = multiply(x, x);
    let unit = or_minus_one(Some(1));
    show(BTreeMap::from([
        ("square", square),
        ("cube", multiply(square, x)),
        ("unit", unit),
    ]))
}
// ANCHOR_END: maps

// ANCHOR: maybe
/// Where an `Option` is expected, a promise of the value will do, and so do `Some` and `None`.
#[workflow]
fn maybe(#[default(3)] x: i64) -> Vec<i64> {
    vec![
        or_minus_one(x),
        or_minus_one(None),
        or_minus_one(Some(multiply(x, x))),
        or_minus_one(Some(4)),
    ]
}
// ANCHOR_END: maybe

// ANCHOR: total
/// Lists may be nested, and be made by ordinary code: a `Vec` of promises is an argument, too.
#[workflow]
fn total(#[default(3)] x: i64) -> i64 {
    let mut row = Vec::new();
    for n in 0..4 {
        row.push(multiply(x, n));
    }
    sum(vec![sum(row), sum_rows(vec![vec![x, 2], vec![], vec![5]])])
}
// ANCHOR_END: total

fn main() -> ExitCode {
    flyte_runtime::main()
}
