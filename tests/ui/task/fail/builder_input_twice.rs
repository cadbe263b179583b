use flyte_runtime::prelude::*;

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

fn main() {
    let _ = call!(add(a = 1, a = 2, b = 3)).run();
}
