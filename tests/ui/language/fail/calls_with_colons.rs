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

fn outside_of_a_body() {
    let _call = call!(add(a: 1, b: 2));
}

fn some_by_colons(x: i64) {
    let _call = call!(add(a = x, b: 2));
}

mod tasks {
    #[flyte_runtime::task]
    pub(super) fn weighed(by: i64, of: i64) -> i64 {
        by * of
    }
}

fn by_a_path() {
    let _call = call!(tasks::weighed(of: 1 + 2, by: 3));
}

fn main() {}
