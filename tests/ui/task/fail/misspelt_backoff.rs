use flyte_runtime::prelude::*;

#[task(retries(count = 3, backof = "1s", factor = 2.0))]
fn again(x: i64) -> i64 {
    x
}

fn main() {
    let _ = again(1);
}
