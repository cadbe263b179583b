use flyte_runtime::prelude::*;

#[task]
fn double(x: i64) -> i64 {
    x * 2
}

#[dynamic(task_type = "spark")]
fn builds(x: i64) -> i64 {
    double(x)
}

fn main() {
    let _ = builds(1);
}
