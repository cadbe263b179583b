use flyte_runtime::prelude::*;

struct CleanUp;

#[workflow(on_failure = CleanUp)]
fn pipeline(x: i64) -> i64 {
    x
}

fn main() {
    let _ = CleanUp;
}
