//! Maps over launch plans, and over references.

use flyte_runtime::prelude::*;

use crate::case::{Case, Expected, Kind, case, row};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn add(a: i64, b: i64) -> Result<i64, String> {
    match a {
        13 => Err("thirteen is refused".to_owned()),
        _ => Ok(a + b),
    }
}

#[task]
fn text_of(x: i64) -> String {
    format!("<{x}>")
}

#[workflow]
fn squared(x: i64, #[default(1)] more: i64) -> i64 {
    add(square(x), more)
}

#[launch_plan]
fn more(x: i64) -> i64 {
    squared(x = x, more = 100)
}

#[launch_plan]
fn open(x: i64, more: i64) -> i64 {
    squared(x = x, more = more)
}

#[workflow]
fn told(x: i64) -> (String, i64) {
    (text_of(x), add(x, 1))
}

#[launch_plan]
fn telling(x: i64) -> (String, i64) {
    told(x = x)
}

#[reference_task(
    project = "suite",
    domain = "development",
    name = "judge.suite.rows.row12_maps_over_plans.text_of",
    version = "v1"
)]
fn text_there(x: i64) -> String {
    format!("<{x}>")
}

#[reference_launch_plan(
    project = "suite",
    domain = "development",
    name = "judge.suite.rows.row12_maps_over_plans.more",
    version = "v1"
)]
fn more_there(x: i64) -> i64 {
    x * x + 100
}

#[workflow]
fn over_a_plan(xs: Vec<i64>) -> Vec<i64> {
    xs.map(more)
}

/// Another input is the same for all, and the elements are computed.
#[workflow]
fn over_a_plan_with_more(xs: Vec<i64>, k: i64) -> Vec<i64> {
    let squares = xs.map(square);
    let found = squares.map(|x| open(x, k));
    found.map(square)
}

#[workflow]
fn over_two_lists(xs: Vec<i64>, ys: Vec<i64>) -> Vec<i64> {
    xs.zip(ys).map(|(x, y)| open(x, y)).concurrency(1)
}

#[workflow]
fn some_may_fail(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(|x| telling_number(x)).min_success_ratio(0.5)
}

#[workflow]
fn number(x: i64) -> i64 {
    add(x, 1)
}

#[launch_plan]
fn telling_number(x: i64) -> i64 {
    number(x = x)
}

#[workflow]
fn none_may_fail(xs: Vec<i64>) -> (Vec<i64>, String) {
    (xs.map(telling_number), text_of(1))
}

#[workflow]
fn over_a_reference(xs: Vec<i64>) -> Vec<String> {
    xs.map(text_there)
}

#[workflow]
fn over_a_reference_of_a_plan(xs: Vec<i64>) -> Vec<i64> {
    xs.map(more_there)
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let texts = |xs: &[&str]| xs.iter().map(|x| (*x).to_owned()).collect::<Vec<_>>();
    let refused = Expected::NotRegistered("Code: MismatchingTypes");
    row(
        12,
        [
            case(over_a_plan::call(vec![1, 2, 3])).gives(vec![101, 104, 109]),
            case(over_a_plan::call(vec![])).gives(vec![]).with("nothing"),
            case(over_a_plan_with_more::call(vec![1, 2], 3)).gives(vec![16, 361]),
            case(over_two_lists::call(vec![1, 2], vec![10, 20])).gives(vec![11, 24]),
            case(some_may_fail::call(vec![1, 13])).gives(vec![Some(2), None]).but_there(
                refused,
                "a call that fails fails the graph that it is in, so no number of calls may fail",
            ),
            case(none_may_fail::call(vec![1, 13])).fails(Kind::Task, "thirteen is refused"),
            case(over_a_reference::call(vec![4, 5])).gives(texts(&["<4>", "<5>"])),
            case(over_a_reference_of_a_plan::call(vec![2])).gives(vec![104]),
            case(telling::call(2)).gives(("<2>".to_owned(), 3)),
        ],
    )
}
