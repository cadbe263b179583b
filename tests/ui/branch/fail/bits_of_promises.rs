use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(a: bool, b: bool) -> i64 {
    if a & b { square(1) } else { square(2) }
}

fn main() {
    let _ = pipeline(true, false);
}
