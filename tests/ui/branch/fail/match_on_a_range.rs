use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    match x {
        0..=9 => square(x),
        _ => x,
    }
}

fn main() {}
