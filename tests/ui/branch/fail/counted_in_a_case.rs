use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let mut count = 0;
    if x > 1 {
        count += 1;
    }
    let _ = count;
    square(x)
}

fn main() {}
