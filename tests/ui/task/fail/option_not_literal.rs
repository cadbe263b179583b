use flyte_runtime::prelude::*;

const RETRIES: u32 = 3;

#[task(retries = RETRIES)]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {}
