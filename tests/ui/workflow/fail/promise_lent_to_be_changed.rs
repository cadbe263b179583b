use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(mut x: i64) -> i64 {
    square(&mut x)
}

fn main() {}
