use flyte_runtime::prelude::*;

#[workflow]
fn pipeline(x: i64, y: i64) -> i64 {
    (drop)(x);
    y
}

fn main() {
    let _ = call!(pipeline(x = 1)).run();
}
