use flyte_runtime::prelude::*;

struct Table;

#[task(task_type = "query")]
fn query(x: i64) -> Table;

fn main() {
    let _ = query(1);
}
