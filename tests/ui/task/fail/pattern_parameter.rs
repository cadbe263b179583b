use flyte_runtime::prelude::*;

#[task]
fn add((a, b): (i64, i64)) -> i64 {
    a + b
}

fn main() {
    let _ = add((1, 2));
}
