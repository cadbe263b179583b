use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    conditional("size")
        .if_(x > 3)
        .then(square(x))
        .else_()
        .then(|| square(3))
}

fn main() {}
