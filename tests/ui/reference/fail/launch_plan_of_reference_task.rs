use flyte_runtime::prelude::*;

#[reference_task(project = "p", domain = "d", name = "n", version = "v")]
fn far(x: i64) -> i64;

#[launch_plan]
fn near(x: i64) -> i64 {
    far(x = x)
}

fn main() {
    let _ = near(1);
}
