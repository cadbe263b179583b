use flyte_runtime::prelude::*;

#[task]
fn log(text: String) {
    drop(text);
}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline() -> i64 {
    square(log("hello"))
}

fn main() {}
