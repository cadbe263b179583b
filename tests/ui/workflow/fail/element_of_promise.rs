use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(xs: Vec<i64>) -> i64 {
    square(xs[0])
}

#[task]
fn numbers(n: i64) -> Vec<i64> {
    (0..n).collect()
}

#[workflow]
fn of_a_call(n: i64) -> i64 {
    let numbers = numbers(n);
    square(numbers[0])
}

fn main() {}
