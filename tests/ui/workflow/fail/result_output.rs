use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> Result<i64, String> {
    Ok(square(x))
}

#[workflow]
fn outer(x: i64) -> i64 {
    pipeline(x)
}

fn main() {
    let _: Result<i64, RunError> = pipeline(1);
}
