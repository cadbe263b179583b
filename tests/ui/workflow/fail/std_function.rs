use flyte_runtime::prelude::*;

#[workflow]
fn pipeline(a: i64, b: i64) -> i64 {
    std::cmp::max(a, b)
}

fn main() {}
