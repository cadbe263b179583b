use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(option: Option<i64>) -> i64 {
    let Some(x) = option else { fail("nothing") };
    square(x)
}

fn main() {
    let _ = pipeline(None);
}
