use flyte_runtime::prelude::*;

#[workflow]
async fn pipeline(x: i64) -> i64 {
    x
}

fn main() {
    let _run = pipeline(1);
}
