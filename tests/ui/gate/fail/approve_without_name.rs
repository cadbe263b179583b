use flyte_runtime::prelude::*;

#[task]
fn double(x: i64) -> i64 {
    x * 2
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    approve(item = double(x))
}

fn main() {
    let _ = (pipeline(1), double(1));
}
