use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let detailed = (is_detailed)();
    if detailed { square(x) } else { 3 }
}

fn is_detailed() -> bool {
    true
}

fn main() {}
