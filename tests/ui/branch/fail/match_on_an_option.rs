use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(option: Option<i64>, x: i64) -> i64 {
    match option {
        Some(value) => square(value),
        None => x,
    }
}

fn main() {}
