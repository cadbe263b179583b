use flyte_runtime::prelude::*;

#[reference_workflow()]
fn far(x: i64) -> i64;

fn main() {
    let _ = far(1);
}
