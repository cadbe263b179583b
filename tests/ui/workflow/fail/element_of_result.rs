use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn numbers(n: i64) -> Vec<i64> {
    (0..n).collect()
}

#[workflow]
fn pipeline(n: i64) -> i64 {
    let numbers = numbers(n);
    square(numbers[0])
}

fn main() {
    let _ = pipeline(1);
}
