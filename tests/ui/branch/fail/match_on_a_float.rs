use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(ratio: f64, x: i64) -> i64 {
    match ratio {
        0.5 => square(x),
        _ => x,
    }
}

fn main() {}
