//! Helpers over promises, and names that a macro may have declared.

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

fn twice(x: Promise<i64>) -> Promise<i64> {
    square::node(square::node(x))
}

fn applied(f: impl Fn(Promise<i64>) -> Promise<i64>, x: Promise<i64>) -> Promise<i64> {
    f(x)
}

fn chosen(x: Promise<i64>, square_it: bool) -> Promise<i64> {
    if square_it { square::node(x) } else { x }
}

mod helpers {
    use super::*;

    pub fn both(x: Promise<i64>) -> (Promise<i64>, Promise<i64>) {
        (x, square::node(x))
    }
}

#[workflow]
fn a_helper_over_promises(x: i64) -> i64 {
    twice(x)
}

#[workflow]
fn a_helper_that_takes_a_function(x: i64) -> i64 {
    applied(|y| square(y), x)
}

#[workflow]
fn a_helper_with_a_value(x: i64) -> i64 {
    square(chosen(x, true))
}

#[workflow]
fn a_helper_with_two_results(x: i64) -> i64 {
    let (_first, second) = helpers::both(x);
    second
}

macro_rules! named {
    ($name:ident) => {
        let $name = |x: Promise<i64>| x;
    };
}

macro_rules! named_as {
    ($name:ident = $value:expr) => {
        let $name = $value;
    };
}

#[workflow]
fn the_name_of_a_task(x: i64) -> i64 {
    named!(square);
    square(x)
}

#[workflow]
fn a_name_that_no_task_has(x: i64) -> i64 {
    named!(cube);
    cube(x)
}

#[workflow]
fn the_name_of_a_task_in_a_case(x: i64) -> i64 {
    if x > 3 {
        named_as!(square = |y: Promise<i64>| y);
        square(x)
    } else {
        x
    }
}

#[workflow]
fn the_name_of_a_task_in_an_argument(x: i64) -> i64 {
    named!(square);
    let y = square(square(x));
    y
}

#[dynamic]
fn the_name_of_a_task_in_a_loop(n: i64) -> i64 {
    for i in 0..n {
        named!(square);
        square(i);
    }
    n
}

fn main() {}
