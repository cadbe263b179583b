//! Dynamic tasks of every shape.

use std::collections::BTreeMap;

use flyte_runtime::{compat::current_context, prelude::*};
use serde::{Deserialize, Serialize};

use crate::case::{Case, Kind, case, held};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn sum_of(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[echo_task]
fn same(text: String) -> String;

/// Nothing to call: the values are those of the body.
#[dynamic]
fn without_calls(xs: Vec<i64>, text: &str) -> (i64, String, Vec<Option<f64>>) {
    (xs.len() as i64, text.to_uppercase(), vec![None, Some(0.5)])
}

#[workflow]
fn around_one_without_calls(xs: Vec<i64>) -> (i64, String) {
    let (count, text, _) = without_calls(xs, "ß");
    (square(count), same(text))
}

/// The graph depends on a value of the task, and what is around it on the graph.
#[dynamic]
fn as_many_as_it_says(n: i64) -> Vec<i64> {
    (0..n).map(|x| square(x)).collect::<Vec<_>>()
}

#[workflow]
fn one_after_another(n: i64) -> (i64, Vec<i64>) {
    let first = sum_of(as_many_as_it_says(n));
    (first, as_many_as_it_says(first))
}

#[workflow]
fn pair(x: i64) -> (i64, i64) {
    (square(x), square(square(x)))
}

#[launch_plan]
fn pair_of_three() -> (i64, i64) {
    pair(x = 3)
}

/// Workflows, launch plans, maps and parts in a graph that is built when it runs.
#[dynamic]
fn of_all_kinds(xs: Vec<i64>, use_plan: bool) -> BTreeMap<String, i64> {
    let (second, fourth) = if use_plan {
        pair_of_three()
    } else {
        pair(xs[0])
    };
    let squares = all_squares(xs);
    BTreeMap::from([
        ("second", second),
        ("fourth", fourth),
        ("of a map", sum_of(squares)),
    ])
}

#[workflow]
fn all_squares(xs: Vec<i64>) -> Vec<i64> {
    xs.map(square)
}

#[dynamic]
fn in_another(xs: Vec<Vec<i64>>) -> Vec<i64> {
    let mut all = Vec::new();
    for xs in xs {
        let squares = as_many_as_it_says(xs.len() as i64);
        all.push(sum_of(squares));
    }
    all
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Plan {
    steps: Vec<Step>,
    repeat: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
#[serde(rename_all = "lowercase")]
enum Step {
    Square,
    Negate,
}

#[task]
fn negated(x: i64) -> i64 {
    -x
}

/// A graph that is described by a value.
#[dynamic]
fn carried_out(plan: &Plan, x: i64) -> i64 {
    let mut x = negated(x);
    for _ in 0..plan.repeat {
        for step in &plan.steps {
            x = match step {
                Step::Square => square(x),
                Step::Negate => negated(x),
            };
        }
    }
    x
}

#[task]
fn planned(repeat: u32) -> Plan {
    Plan {
        steps: vec![Step::Square, Step::Negate],
        repeat,
    }
}

#[workflow]
fn planned_and_carried_out(repeat: u32, x: i64) -> (i64, Plan) {
    let plan = planned(repeat);
    (carried_out(plan, x), plan)
}

#[derive(Debug, PartialEq, FlyteOutputs)]
struct Found {
    first: i64,
    others: Vec<i64>,
}

#[dynamic]
fn with_named_outputs(xs: Vec<i64>) -> Found {
    let squares = xs.into_iter().map(|x| square(x)).collect::<Vec<_>>();
    Found {
        first: squares[0],
        others: squares[1..].to_vec(),
    }
}

#[workflow]
fn named(xs: Vec<i64>) -> Found {
    let found = with_named_outputs(xs);
    Found {
        first: found.others.at(0),
        others: vec![found.first],
    }
}

#[dynamic]
fn fails_in_the_body(xs: Vec<i64>) -> i64 {
    assert!(!xs.is_empty(), "there is nothing to add");
    sum_of(xs)
}

#[task]
fn fails_for(x: i64, what: i64) -> Result<i64, String> {
    match x == what {
        true => Err(format!("{x} is refused")),
        false => Ok(x),
    }
}

#[dynamic]
fn fails_in_a_node(xs: Vec<i64>, what: i64) -> Vec<i64> {
    let mut all = Vec::new();
    for x in xs {
        all.push(fails_for(x, what));
    }
    all
}

/// Only the order matters.
#[dynamic]
fn for_its_effect(names: Vec<String>) {
    let mut last: Option<Promise<String>> = None;
    for name in names {
        let step = same(name);
        if let Some(last) = last {
            last >> step;
        }
        last = Some(step);
    }
}

/// The second attempt of the body builds the graph.
#[dynamic(retries = 1)]
fn built_at_the_second_attempt(x: i64, text: String) -> (i64, String) {
    let attempt = (current_context)().attempt_number();
    assert!(attempt > 0, "the first attempt fails");
    (square(x + i64::from(attempt)), same(text))
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let text = |text: &str| text.to_owned();
    held(
        "dynamic tasks",
        [
            case(without_calls::call(vec![1, 2], "ab"))
                .gives((2, text("AB"), vec![None, Some(0.5)]))
                .pods(1),
            case(around_one_without_calls::call(vec![5, 6, 7]))
                .gives((9, text("SS")))
                .pods(2),
            case(one_after_another::call(3))
                .gives((5, vec![0, 1, 4, 9, 16]))
                .pods(11),
            case(one_after_another::call(0))
                .gives((0, vec![]))
                .with("nothing"),
            case(of_all_kinds::call(vec![2, 5], false)).gives(BTreeMap::from([
                (text("second"), 4),
                (text("fourth"), 16),
                (text("of a map"), 29),
            ])),
            case(of_all_kinds::call(vec![2], true))
                .gives(BTreeMap::from([
                    (text("second"), 9),
                    (text("fourth"), 81),
                    (text("of a map"), 4),
                ]))
                .with("plan"),
            case(in_another::call(vec![vec![7], vec![], vec![7, 7, 7]])).gives(vec![0, 0, 5]),
            case(planned_and_carried_out::call(2, 3)).gives((
                -81,
                Plan {
                    steps: vec![Step::Square, Step::Negate],
                    repeat: 2,
                },
            )),
            case(named::call(vec![2, 3])).gives(Found {
                first: 9,
                others: vec![4],
            }),
            case(fails_in_the_body::call(vec![])).fails(Kind::Task, "there is nothing to add"),
            case(fails_in_a_node::call(vec![1, 2, 3], 2)).fails(Kind::Task, "2 is refused"),
            case(for_its_effect::call(vec![text("a"), text("b"), text("c")]))
                .gives(())
                .pods(1),
            case(built_at_the_second_attempt::call(3, text("x")))
                .gives((16, text("x")))
                .pods(3),
        ],
    )
}
