use flyte_runtime::prelude::*;

#[task(
    task_type = "query",
    environment(LEVEL = "info"),
    requests(cpu = "1"),
    limits(mem = "1Gi"),
    container_image = "image"
)]
fn query(x: i64) -> i64;

fn main() {
    let _ = query(1);
}
