use flyte_runtime::prelude::*;

#[workflow]
fn pipeline(x: i64) -> i64;

#[workflow]
fn outer(x: i64) -> i64 {
    pipeline(x)
}

fn main() {
    let _ = (pipeline(1), outer(1));
}
