use flyte_runtime::prelude::*;

#[reference_task(project = "p", domian = "d", name = "n", version = "v", domain = "d")]
fn far(x: i64) -> i64;

fn main() {
    let _ = far(1);
}
