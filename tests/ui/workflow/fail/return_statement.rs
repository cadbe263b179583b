use flyte_runtime::prelude::*;

#[workflow]
fn pipeline(x: i64) -> i64 {
    return x;
}

fn main() {
    let _run = pipeline(1);
}
