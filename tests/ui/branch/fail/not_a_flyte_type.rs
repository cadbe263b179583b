use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let y = if x > 1 {
        std::time::Instant::now()
    } else {
        std::time::Instant::now()
    };
    square(x)
}

fn main() {}
