use flyte_runtime::prelude::*;

#[task]
fn name(x: i64) -> String {
    x.to_string()
}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    square(name(x))
}

fn main() {}
