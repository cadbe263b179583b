use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(xs: Vec<i64>) -> Vec<i64> {
    xs.iter().map(|x| square(x)).collect()
}

fn main() {}
