//! References to workflows, and to tasks from dynamic tasks.

use flyte_runtime::prelude::*;

use crate::case::{Case, Expected, Kind, case, row};

#[task]
fn triple(x: i64) -> i64 {
    3 * x
}

#[task]
fn sign(x: i64, word: String) -> String {
    format!("{word} {x}")
}

#[workflow]
fn tripled(x: i64, #[default("so")] word: String) -> String {
    sign(triple(x), word)
}

#[workflow]
fn two(x: i64) -> (i64, String) {
    let y = triple(x);
    (y, sign(y, "two"))
}

#[reference_workflow(
    project = "suite",
    domain = "development",
    name = "judge.suite.rows.row13_references.tripled",
    version = "v1"
)]
fn tripled_there(x: i64, word: String) -> String {
    format!("{word} {}", 3 * x)
}

#[reference_workflow(
    project = "suite",
    domain = "development",
    name = "judge.suite.rows.row13_references.two",
    version = "v1"
)]
fn two_there(x: i64) -> (i64, String) {
    (3 * x, format!("two {}", 3 * x))
}

#[reference_task(
    project = "suite",
    domain = "development",
    name = "judge.suite.rows.row13_references.triple",
    version = "v1"
)]
fn triple_there(x: i64) -> i64 {
    3 * x
}

#[reference_launch_plan(
    project = "suite",
    domain = "development",
    name = "judge.suite.rows.row13_references.two",
    version = "v1"
)]
fn plan_of_two(x: i64) -> (i64, String) {
    (3 * x, format!("two {}", 3 * x))
}

#[workflow]
fn calls_a_workflow(x: i64) -> String {
    tripled_there(x, "so")
}

/// In an arm, between tasks of this program.
#[workflow]
fn calls_workflows_in_arms(x: i64) -> i64 {
    let y = triple(x);
    let (found, _) = if y > 10 { two_there(y) } else { two_there(x) };
    triple(found)
}

#[workflow]
fn calls_a_task(xs: Vec<i64>) -> (Vec<i64>, String) {
    let all = vec![triple_there(xs.at(0)), triple_there(triple(xs.at(1)))];
    (all, sign(triple_there(1), "one"))
}

#[workflow]
fn calls_a_plan(x: i64) -> (i64, String) {
    let (y, text) = plan_of_two(x);
    (triple_there(y), text)
}

/// A task that a cluster has already cannot be a node of a graph that is built there.
#[dynamic]
fn built(xs: Vec<i64>) -> Vec<i64> {
    let mut all = Vec::new();
    for x in xs {
        all.push(triple_there(x));
    }
    all
}

#[workflow]
fn caller(x: i64) -> i64 {
    triple_there(x)
}

#[launch_plan]
fn calling(x: i64) -> i64 {
    caller(x = x)
}

/// But of a launch plan.
#[dynamic]
fn built_of_a_plan(xs: Vec<i64>) -> Vec<i64> {
    let mut all = Vec::new();
    for x in xs {
        all.push(triple(calling(x)));
    }
    all
}

#[dynamic]
fn built_of_a_workflow(count: usize) -> Vec<String> {
    let mut all = Vec::new();
    for x in 0..count {
        all.push(tripled_there(x as i64, "so"));
    }
    all
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    row(
        13,
        [
            case(calls_a_workflow::call(2)).gives("so 6".to_owned()),
            case(calls_workflows_in_arms::call(4)).gives(108),
            case(calls_workflows_in_arms::call(1)).gives(9).with("else"),
            case(calls_a_task::call(vec![1, 2])).gives((vec![3, 18], "one 3".to_owned())),
            case(calls_a_plan::call(1)).gives((9, "two 3".to_owned())),
            case(built::call(vec![1, 2])).gives(vec![3, 6]).but_there(
                Expected::Fails(Kind::Other("USER:CompileError".to_owned()), "no others are looked for"),
                "a graph that is built there brings its tasks along: the program says so before the engine does",
            ),
            case(built_of_a_plan::call(vec![1, 2])).gives(vec![9, 18]),
            case(built_of_a_workflow::call(2)).gives(vec!["so 0".to_owned(), "so 3".to_owned()]),
        ],
    )
}
