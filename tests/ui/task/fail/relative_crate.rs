use flyte_runtime::prelude::*;

#[task(crate = flyte_runtime)]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {}
