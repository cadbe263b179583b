use flyte_runtime::prelude::*;

#[task(task_type = "query")]
async fn query(x: i64) -> i64;

fn main() {
    let _ = query(1);
}
