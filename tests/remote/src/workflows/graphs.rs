//! Workflows in workflows, launch plans, and graphs that are made while they run.

use flyte_runtime::prelude::*;

use crate::square;

/// A product.
#[task]
pub fn times(a: i64, b: i64) -> i64 {
    a * b
}

/// The same number, without a container.
#[echo_task]
pub fn same(x: i64) -> i64;

/// Calls itself.
#[dynamic]
pub fn factorial(n: i64) -> i64 {
    if n <= 1 {
        same(1)
    } else {
        times(n, factorial(n - 1))
    }
}

/// The innermost of three workflows.
#[workflow]
pub fn inmost(x: i64, #[default(10)] y: i64) -> (i64, i64) {
    (times(x, y), square(x))
}

/// The one between.
#[workflow]
pub fn middle(x: i64) -> (i64, i64) {
    let (a, b) = inmost(x, 3);
    let (c, _) = inmost(times(a, b), 2);
    (c, same(b))
}

/// Three workflows in each other.
#[workflow]
pub fn outermost(x: i64) -> (i64, i64) {
    let (a, b) = middle(x);
    (times(a, b), b)
}

/// With an input that is fixed.
#[launch_plan]
pub fn by_four(x: i64) -> (i64, i64) {
    inmost(x = x, y = 4)
}

/// An execution after another.
#[workflow]
pub fn plans_twice(x: i64) -> (i64, i64) {
    let (a, _) = by_four(x);
    by_four(a)
}

/// With a default that the plan declares.
#[launch_plan]
pub fn plan_of_plans(#[default(2)] x: i64) -> (i64, i64) {
    plans_twice(x = x)
}

/// Executions that start executions.
#[workflow]
pub fn plans_of_plans(x: i64) -> i64 {
    let (a, b) = plan_of_plans(x);
    times(a, b)
}

/// Workflows, a plan and a map in a graph that is made while it runs.
#[dynamic]
pub fn of_all_kinds(xs: Vec<i64>) -> Vec<i64> {
    let (first, _) = by_four(xs[0]);
    let (second, _) = middle(xs[0]);
    let mut all = vec![first, second];
    for x in xs {
        all.push(square(x));
    }
    all
}

/// A dynamic task between two others.
#[workflow]
pub fn around_a_graph(x: i64) -> (i64, Vec<i64>) {
    let first = square(x);
    let all = of_all_kinds(vec![first, x]);
    (times(all.at(0), all.at(1)), all)
}

/// Awaits tasks in the order that it likes.
#[eager]
pub async fn steps(x: i64) -> Result<i64, RunError> {
    let mut x = x;
    while x < 100 {
        x = square::call(x).await?;
    }
    Ok(x)
}
