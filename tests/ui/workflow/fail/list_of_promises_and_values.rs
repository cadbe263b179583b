use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> Vec<i64> {
    let list = vec![square(x), 5];
    list
}

fn main() {
    let _ = (pipeline(1), square(1));
}
