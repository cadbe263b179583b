use flyte_runtime::prelude::*;

#[task(cache(version = "1", ignored_inputs(nope)))]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

fn main() {}
