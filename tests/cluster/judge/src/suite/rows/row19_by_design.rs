//! What the engine does otherwise: time limits of dynamic tasks, numbers that are none, handlers that fail, and types of empty lists.

use std::{fs, path::Path, thread, time::Duration};

use flyte_runtime::{context::ctx, prelude::*};

use crate::case::{Case, Expected, Kind, case, case_in, row};

#[task]
fn waits(seconds: u64) -> u64 {
    thread::sleep(Duration::from_secs(seconds));
    seconds
}

/// Building takes no time, and the nodes take longer than the limit.
#[dynamic(timeout = "10s")]
fn built_within_a_limit(seconds: u64) -> u64 {
    waits(seconds)
}

#[workflow]
fn calls_it(seconds: u64) -> u64 {
    built_within_a_limit(seconds)
}

#[task]
fn ratio(a: f64, b: f64) -> f64 {
    a / b
}

#[task]
fn one(x: i64) -> i64 {
    x + 1
}

#[workflow]
fn not_a_number(a: f64, b: f64) -> i64 {
    if ratio(a, b) <= 1.0 { one(0) } else { one(1) }
}

#[workflow]
fn other_numbers(a: f64, b: f64) -> (i64, f64) {
    let found = ratio(a, b);
    let chosen = if found > 1.0 { one(0) } else { one(1) };
    (chosen, found)
}

#[task]
fn fails(text: String) -> Result<i64, String> {
    Err(format!("{text} fails"))
}

/// It never succeeds.
#[task]
fn handles_badly(text: String) -> Result<(), String> {
    Err(format!("the handler of {text} fails"))
}

#[workflow(on_failure = handles_badly)]
fn a_handler_that_fails(text: String) -> i64 {
    fails(text)
}

/// It succeeds the second time.
#[task(retries = 1)]
fn handles(text: String, dir: String) -> Result<(), String> {
    if ctx().is_some_and(|context| context.attempt_number() == 0) {
        return Err(format!("the handler of {text} fails"));
    }
    fs::write(Path::new(&dir).join("handled"), text).map_err(|error| error.to_string())
}

#[workflow(on_failure = handles)]
fn a_handler_that_fails_once(text: String, dir: String) -> i64 {
    let _dir = dir;
    fails(text)
}

#[task]
fn nested(xs: Vec<Vec<Vec<i64>>>) -> usize {
    xs.iter().flatten().flatten().count()
}

#[workflow]
fn nested_lists(xs: Vec<Vec<Vec<i64>>>) -> usize {
    nested(xs)
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    row(
        19,
        [
            case(calls_it::call(25)).gives(25).but_there(
                Expected::Fails(Kind::TimedOut, ""),
                "the limit of a dynamic task is that of its nodes, too",
            ),
            case(not_a_number::call(0.0, 0.0)).gives(2).but_there_gives::<not_a_number>(
                1,
                "a number that is none is less than, equal to and more than every other",
            ),
            case(not_a_number::call(-1.0, 0.0)).gives(1).with("infinite"),
            case(other_numbers::call(0.0, -1.0)).gives((2, -0.0)),
            case(a_handler_that_fails::call("it".to_owned())).fails(Kind::Task, "it fails"),
            case_in(|dir| a_handler_that_fails_once::call("it".to_owned(), dir.display().to_string()))
                .fails(Kind::Task, "it fails")
                // A cluster does not try a handler again.
                .check(|seen| match seen.scratch.each_ref().map(|scratch| scratch.join("handled").exists()) {
                    [true, false] => Ok(()),
                    handled => Err(format!("handled here and there: {handled:?}")),
                }),
            case(nested_lists::call(vec![vec![vec![1, 2]], vec![vec![3]]])).gives(3),
            case(nested_lists::call(vec![vec![vec![]], vec![vec![1]]])).gives(1).with("empty first").but_there(
                Expected::Refused("wrong type"),
                "a list whose first item is empty is not known to be of a type",
            ),
        ],
    )
}
