use flyte_runtime::prelude::*;

#[task]
extern "C" fn square(x: i64) -> i64 {
    x * x
}

fn main() {}
