use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(n: i64) -> i64 {
    for i in 0..n {
        square(i);
    }
    square(n)
}

fn main() {}
