//! Inputs with a default that a call by position leaves out.

use flyte_runtime::prelude::*;

#[task]
fn raised(x: i64, #[default(2)] power: u32) -> i64 {
    x.pow(power)
}

#[workflow]
fn scaled(x: i64, #[default(2)] by: i64, #[default(None)] _label: Option<String>) -> i64 {
    raised(x = by)
}

#[workflow]
fn the_last_is_left_out(x: i64) -> i64 {
    raised(x)
}

#[workflow]
fn two_are_left_out_in_a_case(x: i64) -> i64 {
    if x > 3 { scaled(x) } else { x }
}

#[dynamic]
fn one_of_two_is_left_out_in_a_loop(n: i64) -> i64 {
    let mut last = scaled(n, 3, None);
    for by in 0..n {
        last = scaled(last, by);
    }
    last
}

#[workflow]
fn left_out_in_an_argument(x: i64) -> i64 {
    scaled(x = raised(raised(x, 2)))
}

// The macro does not know the inputs of a task that is declared below.

#[workflow]
fn left_out_of_a_task_below(x: i64) -> i64 {
    lowered(x)
}

#[task]
fn lowered(x: i64, #[default(2)] by: i64) -> i64 {
    x - by
}

fn main() {}
