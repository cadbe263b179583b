use flyte_runtime::prelude::*;

#[reference_task(project = "p", domain = "d", name = "n", version = "v 1")]
fn far(x: i64) -> i64;

fn main() {
    let _ = far(1);
}
