use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn log(_x: i64) {}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let y = if x > 1 { square(x) } else { log(x) };
    square(y)
}

fn main() {}
