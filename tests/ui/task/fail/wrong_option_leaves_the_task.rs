use flyte_runtime::prelude::*;

#[task(timeout = "soon")]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    square(x)
}

fn main() {
    let _nine: i64 = square(3);
    let _call = square::call(3);
    let _run = pipeline(3);
}
