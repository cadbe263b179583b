use flyte_runtime::prelude::*;

const SPARK: &str = "spark";

#[task(task_type = SPARK)]
fn query(x: i64) -> i64;

fn main() {
    let _ = (query(1), SPARK);
}
