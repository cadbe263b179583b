use flyte_runtime::prelude::*;

#[reference_task(projct = "p", domain = "d", name = "n", version = "v")]
fn far(x: i64) -> i64;

fn main() {
    let _ = far(1);
}
