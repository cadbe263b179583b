use flyte_runtime::prelude::*;

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn range(n: i64) -> Vec<i64> {
    (0..n).collect()
}

#[workflow]
fn pipeline(n: i64) -> Vec<i64> {
    map_task(partial(add, b = 3))(a = range(n))
}

fn main() {}
