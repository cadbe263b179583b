use flyte_runtime::prelude::*;

#[reference_task(project = "p", domain = "d", name = "n", version = "v")]
fn far(x: i64) -> Result<i64, String>;

fn main() {
    let _ = far::descriptor();
}
