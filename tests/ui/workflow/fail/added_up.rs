use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(mut x: i64) -> i64 {
    let mut total = 0;
    for index in 0..3 {
        total += square(index);
    }
    x += 1;
    square(total)
}

fn main() {}
