use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[dynamic]
fn pipeline(x: i64) -> i64 {
    match x {
        1 => 2,
        _ => square(x),
    }
}

fn main() {}
