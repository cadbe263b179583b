use flyte_runtime::prelude::*;

#[task]
fn add(a: i64, b: i64, #[default(0)] c: i64) -> i64 {
    a + b + c
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    add(a = x)
}

fn main() {}
