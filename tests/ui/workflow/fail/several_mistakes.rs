use flyte_runtime::prelude::*;

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[workflow(retries = 3)]
fn pipeline(x: i64) -> i64 {
    let a = add(x, b = 1);
    let b = add(a, 2)?;
    let c = std::cmp::max(a, b);
    return add(b, c).await;
}

fn main() {
    // The function and its type are still there.
    let _run: Result<i64, RunError> = pipeline(1);
    let _call = pipeline::call(1);
}
