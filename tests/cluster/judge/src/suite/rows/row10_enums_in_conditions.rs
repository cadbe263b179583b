//! An enum compared with a constant, by `if` and by `match`.

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

use crate::case::{Case, Kind, case, row};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
enum Level {
    Low,
    Middle,
    High,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Job {
    level: Level,
    name: String,
}

#[task]
fn level_of(x: i64) -> Level {
    match x {
        ..=0 => Level::Low,
        1..=9 => Level::Middle,
        _ => Level::High,
    }
}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn job(level: Level) -> Job {
    Job {
        level,
        name: format!("{level:?}"),
    }
}

#[task]
fn levels(xs: Vec<i64>) -> Vec<Level> {
    xs.iter().map(|x| if *x > 0 { Level::High } else { Level::Low }).collect()
}

#[workflow]
fn by_if(level: Level, x: i64) -> i64 {
    if level == Level::High { square(x) } else { x }
}

#[workflow]
fn by_match(x: i64) -> i64 {
    match level_of(x) {
        Level::Low => fail("too low"),
        Level::Middle => square(x),
        Level::High => {
            let y = square(x);
            square(y)
        }
    }
}

/// The enum goes on into a task, and is compared with another promise.
#[workflow]
fn passed_on(level: Level, x: i64) -> Job {
    let found = level_of(x);
    if found != level && x > 0 {
        job(found)
    } else if level == Level::Middle || level == Level::Low {
        job(level)
    } else {
        job(Level::High)
    }
}

#[workflow]
fn by_field(level: Level) -> i64 {
    let job = job(level).fields();
    match job.level {
        Level::High => square(3),
        _ => 0,
    }
}

#[workflow]
fn by_element(xs: Vec<i64>) -> i64 {
    if levels(xs).at(0) == Level::High { square(xs.at(0)) } else { 1 }
}

#[dynamic]
fn built(xs: Vec<i64>) -> Vec<i64> {
    let mut all = Vec::new();
    for x in xs {
        all.push(match level_of(x) {
            Level::High => square(x),
            _ => square(1),
        });
    }
    all
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let job = |level: Level, name: &str| Job {
        level,
        name: name.to_owned(),
    };
    row(
        10,
        [
            case(by_if::call(Level::High, 4)).gives(16),
            case(by_if::call(Level::Low, 4)).gives(4).with("else"),
            case(by_match::call(2)).gives(4),
            case(by_match::call(10)).gives(10_000).with("high"),
            case(by_match::call(-1)).fails(Kind::Branch, "too low").with("low"),
            case(passed_on::call(Level::Low, 5)).gives(job(Level::Middle, "Middle")),
            case(passed_on::call(Level::Middle, 5)).gives(job(Level::Middle, "Middle")).with("same"),
            case(passed_on::call(Level::High, 50)).gives(job(Level::High, "High")).with("else"),
            case(by_field::call(Level::High)).gives(9),
            case(by_element::call(vec![7])).gives(49),
            case(built::call(vec![20, 3])).gives(vec![400, 1]),
        ],
    )
}
