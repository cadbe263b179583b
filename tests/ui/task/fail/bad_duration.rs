use flyte_runtime::prelude::*;

#[task(timeout = "30")]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {}
