use flyte_runtime::prelude::*;

#[task(requests(mem = "2Gi"), limits(mem = "1Gi"))]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {}
