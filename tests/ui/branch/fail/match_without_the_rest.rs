use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(text: String, x: i64) -> i64 {
    match text {
        "a" => square(x),
        "b" => x,
    }
}

fn main() {}
