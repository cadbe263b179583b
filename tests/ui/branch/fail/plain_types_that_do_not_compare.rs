use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let limit = 3_i64;
    if limit == "a" { square(x) } else { x }
}

fn main() {}
