use flyte_runtime::prelude::*;

#[echo_task(config(a = "b"))]
fn gives(x: i64) -> i64;

fn main() {
    let _ = gives(1);
}
