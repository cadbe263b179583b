use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(n: i64) -> Vec<i64> {
    n.map(|x| square(x))
}

fn main() {}
