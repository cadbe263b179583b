use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    match square(x) {
        "a" => square(x),
        _ => x,
    }
}

fn main() {}
