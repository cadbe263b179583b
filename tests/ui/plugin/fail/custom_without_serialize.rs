use flyte_runtime::prelude::*;

struct Spark {
    _executors: i64,
}

#[task(task_type = "spark", custom = Spark { _executors: 4 })]
fn train(x: i64) -> i64 {
    x
}

fn main() {
    let _ = train(1);
}
