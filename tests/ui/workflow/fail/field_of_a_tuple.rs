use flyte_runtime::prelude::*;

#[task]
fn pair(x: i64) -> (i64, i64) {
    (x, x)
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let both = pair(x);
    both.first
}

fn main() {}
