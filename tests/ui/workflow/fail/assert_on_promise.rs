use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    assert!(x > 3, "too small");
    let y = square(x);
    assert_eq!(9, y);
    y
}

fn main() {}
