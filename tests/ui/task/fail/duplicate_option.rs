use flyte_runtime::prelude::*;

#[task(retries = 3, timeout = "1m", retries = 4)]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {}
