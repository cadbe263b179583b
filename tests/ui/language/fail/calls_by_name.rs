//! Inputs that a call by name leaves out.

use flyte_runtime::prelude::*;

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn raised(a: i64, #[default(2)] power: u32) -> i64 {
    a.pow(power)
}

#[workflow]
fn one_is_missing(x: i64) -> i64 {
    add(a = x)
}

#[workflow]
fn the_first_is_missing(x: i64) -> i64 {
    add(b = x)
}

#[workflow]
fn all_are_missing() -> i64 {
    add()
}

#[workflow]
fn only_the_default_is_given() -> i64 {
    raised(power = 3)
}

#[workflow]
fn missing_in_a_case(x: i64) -> i64 {
    if x > 3 { add(a = x) } else { x }
}

#[dynamic]
fn missing_in_a_loop(n: i64) -> i64 {
    for i in 0..n {
        add(b = i);
    }
    n
}

fn outside_of_a_body() {
    let _call = call!(add(a = 1));
    let _all = call!(raised());
}

fn main() {}
