use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[dynamic]
fn squares(n: i64) -> i64 {
    square(n)?
}

fn main() {
    let _ = squares(1);
}
