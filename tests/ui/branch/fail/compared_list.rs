use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(xs: Vec<i64>, x: i64) -> i64 {
    if xs == vec![1] { square(x) } else { x }
}

fn main() {}
