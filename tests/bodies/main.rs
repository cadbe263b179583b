//! Bodies that use much of the language at once: names, items, macros, attributes and control flow that a workflow may
//! be written with. One module a subject.

#![allow(
    missing_docs,
    dead_code,
    unreachable_pub,
    unused_qualifications,
    unused_imports,
    clippy::pedantic,
    clippy::all,
    clippy::unwrap_used,
    clippy::allow_attributes_without_reason,
    clippy::non_minimal_cfg,
    reason = "written to be unusual; a test has no users and shows what failed"
)]

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;

mod attributes;
mod control_flow;
mod defaults;
mod ends_of_cases;
mod many_inputs;
mod names;
mod plain_calls;
mod values;

#[task]
fn square(x: i64) -> i64 {
    x * x
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
fn pair(x: i64) -> (i64, String) {
    (x, format!("<{x}>"))
}

#[task]
fn shout(text: &str) -> String {
    text.to_uppercase()
}

#[task]
fn void(_x: i64) {}

#[task]
fn find(x: i64) -> Option<i64> {
    (x > 0).then_some(x)
}

#[task]
fn is_big(x: i64) -> bool {
    x > 10
}

#[task]
fn or_minus_one(x: Option<i64>) -> i64 {
    x.unwrap_or(-1)
}
