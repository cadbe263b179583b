use flyte_runtime::prelude::*;

#[reference_task(project = "p", domain = "d", name = "n", version = "v")]
fn far(x: i64) -> i64;

#[workflow]
fn near() -> i64 {
    far()
}

fn main() {
    let _ = near();
}
