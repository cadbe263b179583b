//! `is_some()` and `is_none()`.

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

use crate::case::{Case, Kind, case, row};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Found {
    name: Option<String>,
    size: i64,
}

#[task]
fn half(x: i64) -> Option<i64> {
    (x % 2 == 0).then_some(x / 2)
}

#[task]
fn or(x: Option<i64>, other: i64) -> i64 {
    x.unwrap_or(other)
}

#[task]
fn found(size: i64) -> Found {
    Found {
        name: (size > 3).then(|| "large".to_owned()),
        size,
    }
}

#[workflow]
fn of_an_input(x: Option<i64>) -> i64 {
    if x.is_some() { or(x, 0) } else { -1 }
}

#[workflow]
fn of_a_task(x: i64) -> i64 {
    let y = half(x);
    if y.is_none() { fail("it is odd") } else { or(y, 0) }
}

#[workflow]
fn with_others(x: Option<i64>, y: i64, flag: bool) -> i64 {
    let z = half(y);
    if x.is_some() && z.is_some() || flag && y > 100 {
        or(x, y)
    } else if !x.is_none() {
        let first = or(x, 1);
        or(z, first)
    } else {
        or(z, 5)
    }
}

#[workflow]
fn of_a_field(size: i64) -> i64 {
    let found = found(size).fields();
    if found.name.is_some() { found.size } else { or(half(size), 9) }
}

/// In a branch of a branch, in the workflow of another.
#[workflow]
fn inside(x: Option<i64>, level: String) -> i64 {
    match level {
        "high" => {
            if x.is_none() { or(x, 10) } else { of_an_input(x) }
        }
        _ => 3,
    }
}

#[workflow]
fn around(x: Option<i64>) -> (i64, i64) {
    (inside(x, "high"), inside(None, "high"))
}

#[dynamic]
fn built(xs: Vec<i64>) -> Vec<i64> {
    let mut all = Vec::new();
    for x in xs {
        let y = half(x);
        all.push(if y.is_some() { or(y, 0) } else { or(None, x) });
    }
    all
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    row(
        11,
        [
            case(of_an_input::call(Some(4))).gives(4),
            case(of_an_input::call(None)).gives(-1).with("none"),
            case(of_a_task::call(8)).gives(4),
            case(of_a_task::call(7)).fails(Kind::Branch, "it is odd").with("none"),
            case(with_others::call(Some(1), 2, false)).gives(1),
            case(with_others::call(Some(1), 3, false)).gives(1).with("not none"),
            case(with_others::call(None, 4, true)).gives(2).with("else"),
            case(with_others::call(None, 101, true)).gives(101).with("or"),
            case(of_a_field::call(4)).gives(4),
            case(of_a_field::call(2)).gives(1).with("none"),
            case(around::call(Some(6))).gives((6, 10)),
            case(built::call(vec![8, 3])).gives(vec![4, 3]),
        ],
    )
}
