use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    for limit in [1, 2] {
        if x > limit {
            continue;
        }
        square(x);
    }
    x
}

fn main() {}
