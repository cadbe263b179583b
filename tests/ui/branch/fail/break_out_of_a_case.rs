use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let mut y = x;
    for _ in 0..3 {
        if y > 100 {
            break;
        }
        y = square(y);
    }
    y
}

fn main() {}
