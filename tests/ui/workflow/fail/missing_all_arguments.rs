use flyte_runtime::prelude::*;

#[task]
fn add(a: i64, #[default(1)] b: i64) -> i64 {
    a + b
}

#[workflow]
fn pipeline() -> i64 {
    add()
}

fn main() {}
