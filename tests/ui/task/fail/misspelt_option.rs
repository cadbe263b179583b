use flyte_runtime::prelude::*;

#[task(retires = 3)]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {}
