use flyte_runtime::prelude::*;

#[task]
unsafe fn square(x: i64) -> i64 {
    x * x
}

fn main() {}
