use flyte_runtime::prelude::*;

struct Far;

impl Far {
    #[reference_task(project = "p", domain = "d", name = "n", version = "v")]
    fn far(&self) -> i64;
}

fn main() {
    let _ = Far.far();
}
