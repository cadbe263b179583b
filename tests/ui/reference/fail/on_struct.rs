use flyte_runtime::prelude::*;

#[reference_task(project = "p", domain = "d", name = "n", version = "v")]
struct Far;

fn main() {
    let _ = Far;
}
