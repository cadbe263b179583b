use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn both(a: bool, b: bool) -> i64 {
    if a & b { square(1) } else { square(2) }
}

#[workflow]
fn either(a: bool, b: bool) -> i64 {
    if a | b { square(1) } else { square(2) }
}

fn main() {}
