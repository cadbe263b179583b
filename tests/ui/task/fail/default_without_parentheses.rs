use flyte_runtime::prelude::*;

#[task]
fn square(#[default = 3] x: i64) -> i64 {
    x * x
}

fn main() {}
