use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let mut factor = 1;
    if x > 1 {
        factor = 2;
    }
    let _ = factor;
    square(x)
}

fn main() {}
