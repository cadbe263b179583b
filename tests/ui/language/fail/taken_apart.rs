//! Patterns that do not fit the outputs of a call.

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn two(x: i64) -> (i64, String) {
    (x, x.to_string())
}

#[task]
fn pair(x: i64) -> Vec<i64> {
    vec![x, x]
}

#[task]
fn note(_x: i64) {}

#[derive(Clone, FlyteOutputs)]
struct Parts {
    low: i64,
    high: i64,
}

#[task]
fn parts(x: i64) -> Parts {
    Parts { low: x, high: x }
}

#[workflow]
fn two_of_one(x: i64) -> i64 {
    let (a, _b) = square(x);
    a
}

#[workflow]
fn three_of_two(x: i64) -> i64 {
    let (a, _b, _c) = two(x);
    a
}

#[workflow]
fn one_of_two_in_parentheses(x: i64) -> i64 {
    let (a,) = two(x);
    a
}

#[workflow]
fn two_of_nothing(x: i64) -> i64 {
    let (_a, _b) = note(x);
    x
}

#[workflow]
fn two_of_outputs_with_names(x: i64) -> i64 {
    let (low, _high) = parts(x);
    low
}

#[workflow]
fn two_of_an_input(x: i64) -> i64 {
    let (a, _b) = x;
    a
}

#[workflow]
fn two_of_a_list(x: i64) -> i64 {
    let (a, _b) = pair(x);
    a
}

#[workflow]
fn two_of_a_variable(x: i64) -> i64 {
    let one = square(x);
    let (a, _b) = one;
    a
}

#[workflow]
fn two_of_one_in_a_case(x: i64) -> i64 {
    if x > 3 {
        let (a, _b) = square(x);
        a
    } else {
        x
    }
}

#[workflow]
fn three_of_two_with_types(x: i64) -> i64 {
    let (a, _b, _c): (Promise<i64>, Promise<String>, Promise<i64>) = two(x);
    a
}

#[dynamic]
fn two_of_one_in_a_dynamic_task(x: i64) -> i64 {
    let (a, _b) = square(x);
    a
}

#[workflow]
fn an_array_of_a_list(x: i64) -> i64 {
    let [a, _b] = pair(x);
    a
}

#[workflow]
fn some_of_one(x: i64) -> i64 {
    let (a, ..) = square(x);
    a
}

#[workflow]
fn some_of_an_input(x: i64) -> i64 {
    let (.., last) = x;
    last
}

#[workflow]
fn some_of_outputs_with_names(x: i64) -> i64 {
    if x > 3 {
        let (low, ..) = parts(x);
        low
    } else {
        x
    }
}

#[workflow]
fn some_of_nothing(x: i64) -> i64 {
    let (_a, ..) = note(x);
    x
}

fn main() {}
