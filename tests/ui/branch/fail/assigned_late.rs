use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let y;
    if x > 1 {
        y = square(x);
    } else {
        y = x;
    }
    square(y)
}

fn main() {}
