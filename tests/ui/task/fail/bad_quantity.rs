use flyte_runtime::prelude::*;

#[task(requests(mem = "512MB"))]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {}
