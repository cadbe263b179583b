use flyte_runtime::prelude::*;

#[workflow(retries = 3)]
fn pipeline(x: i64) -> i64 {
    x
}

fn main() {}
