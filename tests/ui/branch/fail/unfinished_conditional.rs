use flyte_runtime::{graph::conditional, prelude::*};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let y = conditional("c").if_(x.gt(1)).then(|| square(x));
    square(y)
}

fn main() {}
