use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    match x {
        n @ 1 => square(n),
        _ => x,
    }
}

fn main() {}
