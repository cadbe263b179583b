//! Workflows and launch plans in workflows, three deep.

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;

use crate::case::{Case, Kind, case, held};

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn divided(a: i64, b: i64) -> Result<(i64, i64), String> {
    match b {
        0 => Err(format!("{a} cannot be divided by 0")),
        _ => Ok((a / b, a % b)),
    }
}

#[echo_task]
fn same(x: i64) -> i64;

#[workflow]
fn inmost(x: i64, #[default(10)] y: i64) -> (i64, i64) {
    divided(add(x, 1), y)
}

#[workflow]
fn middle(x: i64) -> (i64, i64) {
    let (a, b) = inmost(x, 3);
    let (c, _) = inmost(add(a, b), 2);
    (c, same(b))
}

#[workflow]
fn outermost(x: i64, y: i64) -> (i64, i64, i64) {
    let (a, b) = middle(x);
    let (c, _) = inmost(y, b);
    (a, c, add(a, b))
}

#[launch_plan]
fn plan_of_inmost(x: i64) -> (i64, i64) {
    inmost(x = x, y = 4)
}

#[workflow]
fn plans_twice(x: i64) -> (i64, i64) {
    let (a, b) = plan_of_inmost(x);
    plan_of_inmost(add(a, b))
}

#[launch_plan]
fn plan_of_plans(#[default(20)] x: i64) -> (i64, i64) {
    plans_twice(x = x)
}

/// An execution that starts one that starts two.
#[workflow]
fn plans_of_plans(xs: Vec<i64>) -> (i64, i64) {
    let (a, b) = plan_of_plans(xs.at(0));
    let (c, _) = inmost(a, add(b, 1));
    (c, b)
}

#[workflow]
fn without_outputs(x: i64) {
    let (_, rest) = divided(100, x);
    same(rest);
}

#[workflow]
fn in_order(x: i64) -> i64 {
    let first = without_outputs(x);
    let second = without_outputs(add(x, 1));
    let last = add(x, 1);
    first >> second >> last;
    last
}

#[dynamic]
fn each(xs: Vec<i64>) -> BTreeMap<String, i64> {
    let mut all = BTreeMap::new();
    for x in xs {
        let (a, _) = middle(x);
        all.insert(x.to_string(), a);
    }
    all
}

#[workflow]
fn through_a_dynamic_task(x: i64) -> (BTreeMap<String, i64>, i64) {
    let all = each(vec![x, add(x, 5)]);
    (all, same(x))
}

#[workflow]
fn chosen(x: i64) -> i64 {
    let (a, b) = if x > 10 { plans_twice(x) } else { middle(x) };
    add(a, b)
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    held(
        "inner workflows",
        [
            case(call!(inmost(x = 25))).gives((2, 6)).pods(2),
            case(outermost::call(7, 5)).gives((2, 3, 4)),
            case(outermost::call(8, 5))
                .fails(Kind::Task, "6 cannot be divided by 0")
                .with("by 0"),
            case(plans_twice::call(9)).gives((1, 1)),
            case(call!(plan_of_plans())).gives((1, 3)),
            case(plans_of_plans::call(vec![9])).gives((1, 1)),
            case(in_order::call(7)).gives(8),
            case(in_order::call(-1))
                .fails(Kind::Task, "100 cannot be divided by 0")
                .with("by 0"),
            case(through_a_dynamic_task::call(3)).gives((
                BTreeMap::from([("3".to_owned(), 1), ("8".to_owned(), 2)]),
                3,
            )),
            case(chosen::call(2)).gives(1),
            case(chosen::call(11)).gives(1).with("plans"),
        ],
    )
}
