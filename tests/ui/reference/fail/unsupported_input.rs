use flyte_runtime::prelude::*;

#[reference_task(project = "p", domain = "d", name = "n", version = "v")]
fn far(x: std::time::Instant) -> i64;

fn main() {
    let _ = far::descriptor();
}
