//! Errors that are long and not ASCII: the cluster has them, and the attempts that follow.

use flyte_runtime::prelude::*;

use crate::case::{Case, Kind, case, row};

fn attempt() -> u32 {
    ctx().map_or(0, |context| context.attempt_number())
}

#[task]
fn fails_long(letter: String, times: i64) -> Result<i64, String> {
    Err(format!("x{}", letter.repeat(times as usize)))
}

/// The second attempt succeeds, if there is one.
#[task(retries = 1)]
fn fails_once(letter: String, times: i64) -> Result<i64, String> {
    match attempt() {
        0 => Err(letter.repeat(times as usize)),
        _ => Ok(times),
    }
}

#[task(retries = 2)]
fn panics_twice(times: i64) -> i64 {
    if attempt() < 2 {
        panic!("{}", "äöü".repeat(times as usize));
    }
    times
}

#[workflow]
fn in_a_chain(letter: String) -> i64 {
    fails_long(letter, fails_once(letter, 60_000))
}

#[workflow]
fn of_elements(times: Vec<i64>) -> Vec<i64> {
    times.map(panics_twice)
}

#[dynamic]
fn built(letter: String) -> Vec<i64> {
    let mut all = Vec::new();
    for times in [20_000, 40_000] {
        all.push(fails_once(letter.clone(), times));
    }
    all
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    row(
        8,
        [
            case(fails_long::call("ü".to_owned(), 60_000)).fails(Kind::Task, "xüü"),
            case(fails_once::call("😀".to_owned(), 20_001)).gives(20_001),
            case(in_a_chain::call("€".to_owned())).fails(Kind::Task, "x€€"),
            case(of_elements::call(vec![20_000, 30_000])).gives(vec![20_000, 30_000]),
            case(built::call("日".to_owned())).gives(vec![20_000, 40_000]),
        ],
    )
}
