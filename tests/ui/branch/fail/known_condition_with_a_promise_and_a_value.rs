use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[dynamic]
fn unfolded(x: i64, flag: bool) -> i64 {
    if flag { 5 } else { square(x) }
}

fn main() {
    let _ = (unfolded(1, true), square(1));
}
