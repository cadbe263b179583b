use flyte_runtime::prelude::*;

#[task(colour = "red")]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {}
