use flyte_runtime::prelude::*;

#[task(retries)]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {}
