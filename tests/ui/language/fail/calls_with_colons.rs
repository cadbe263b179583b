//! Inputs given by name as the fields of a struct are.

use flyte_runtime::prelude::*;

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[workflow]
fn two_inputs(x: i64) -> i64 {
    add(a: x, b: 3)
}

#[workflow]
fn in_an_argument(x: i64) -> i64 {
    add(a = add(a: x, b: x), b = 3)
}

#[dynamic]
fn in_a_dynamic_task(n: i64) -> i64 {
    let sum = add(a: n, b: n);
    sum
}

fn main() {}
