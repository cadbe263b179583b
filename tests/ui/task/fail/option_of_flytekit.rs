use flyte_runtime::prelude::*;

#[task(cache_version = "1")]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {}
