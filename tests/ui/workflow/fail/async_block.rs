use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let later = async { square(x) };
    let _ = later;
    square(x)
}

fn main() {}
