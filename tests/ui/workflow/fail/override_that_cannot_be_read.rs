use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let y = square(x).with_overrides(|o| o.retries(1).timeout("3 parsecs"));
    let z = square(y).with_overrides(|o| o.requests(|r| r.cpu(2).mem("2GB")).shared_memory("lots"));
    square(z).with_overrides(|o| o.resources(|r| r.mem(("1Gi", "2 Gi"))))
}

fn main() {
    let _ = pipeline(1);
}
