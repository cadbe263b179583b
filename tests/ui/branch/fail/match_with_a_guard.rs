use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    match x {
        1 if x > 0 => square(x),
        _ => x,
    }
}

fn main() {}
