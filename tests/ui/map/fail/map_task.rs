use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn range(n: i64) -> Vec<i64> {
    (0..n).collect()
}

#[workflow]
fn pipeline(n: i64) -> Vec<i64> {
    map_task(square)(x = range(n))
}

#[workflow]
fn uncurried(n: i64) -> Vec<i64> {
    map_task(square, range(n))
}

fn main() {}
