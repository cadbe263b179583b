//! Maps.

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task(retries = 2, cache(version = "1"))]
fn times(x: i64, factor: i64) -> i64 {
    x * factor
}

#[task]
fn add(a: i64, b: i64, c: i64) -> i64 {
    a + b + c
}

#[task]
fn note(x: i64) {
    let _seen = x;
}

#[workflow]
fn squares(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| square(x))
}

#[workflow]
fn bound(xs: Vec<i64>, factor: i64) -> Vec<i64> {
    let factor = square(factor);
    xs.map(|x| times(x, factor))
}

#[workflow]
fn constant(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| times(factor = 3, x = x))
}

#[workflow]
fn limited(xs: Vec<i64>) -> Vec<i64> {
    xs.map(square).concurrency(4)
}

#[workflow]
fn half(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(square).min_success_ratio(0.5)
}

#[workflow]
fn both_options(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(square).concurrency(2).min_success_ratio(0.25)
}

#[workflow]
fn together(xs: Vec<i64>, ys: Vec<i64>, zs: Vec<i64>, k: i64) -> (Vec<i64>, Vec<i64>) {
    let three = xs.zip(ys).zip(zs).map(|((x, y), z)| add(x, y, z));
    let two = xs.zip(ys).map(|(x, y)| add(x, y, k));
    (three, two)
}

#[workflow]
fn chained(xs: Vec<i64>) -> Vec<i64> {
    xs.map(square).map(square)
}

#[workflow]
fn without_outputs(xs: Vec<i64>) {
    xs.map(note);
}

#[workflow]
fn overridden(xs: Vec<i64>) -> Vec<i64> {
    xs.map(square)
        .with_overrides(|o| o.requests(|r| r.cpu("1").mem("2Gi")).limits(|r| r.cpu("2")))
}

#[workflow]
fn retried(xs: Vec<i64>) -> Vec<i64> {
    xs.map(square).with_overrides(|o| o.retries(3))
}

#[workflow]
fn branched(xs: Vec<i64>, big: bool) -> Vec<i64> {
    if big {
        xs.map(|x| times(x, 100))
    } else {
        xs.map(square)
    }
}

#[workflow]
fn fourth(x: i64) -> i64 {
    square(square(x))
}

#[launch_plan]
fn fourth_plan(x: i64) -> i64 {
    fourth(x = x)
}

#[workflow]
fn plans(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| fourth_plan(x)).concurrency(3)
}

#[workflow]
fn some_plans(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(fourth_plan).min_success_ratio(0.5)
}

#[workflow]
fn two_plans(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(fourth_plan).min_successes(2)
}
