use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[dynamic]
fn squares(n: i64) -> i64 {
    let count = square(n);
    for i in 0..count {
        square(i);
    }
    count
}

fn main() {}
