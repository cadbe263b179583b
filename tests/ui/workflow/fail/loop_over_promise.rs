use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(xs: Vec<i64>) -> i64 {
    for x in xs {
        square(x);
    }
    square(1)
}

fn main() {}
