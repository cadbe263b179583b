use flyte_runtime::prelude::*;

#[task(task_type = "spark", custom = [1, 2])]
fn train(x: i64) -> i64 {
    x
}

fn main() {
    let _ = train(1);
}
