use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let name = std::env::var("NAME").unwrap();
    let _ = name;
    square(x)
}

fn main() {}
