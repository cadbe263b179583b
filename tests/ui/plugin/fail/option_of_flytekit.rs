use flyte_runtime::prelude::*;

#[task(task_config = Spark { executors: 4 })]
fn train(x: i64) -> i64 {
    x
}

fn main() {
    let _ = train(1);
}
