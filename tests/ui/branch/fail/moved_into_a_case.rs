use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let list = vec![x];
    let both = if x > 1 { list } else { vec![x] };
    square(both.at(0))
}

fn main() {}
