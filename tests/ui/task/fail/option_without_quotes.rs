use flyte_runtime::prelude::*;

#[task(cache = auto)]
fn power(x: i64) -> i64 {
    x * x
}

fn main() {
    let _ = power(2);
}
