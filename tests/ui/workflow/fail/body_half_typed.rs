use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let y = square(;
    y
}

fn main() {
    let _run: Result<i64, RunError> = pipeline(1);
}
