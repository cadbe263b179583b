use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64;

#[workflow]
fn pipeline(x: i64) -> i64 {
    square(x)
}

fn main() {
    let _ = (square(1), pipeline(1));
}
