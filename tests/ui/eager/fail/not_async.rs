use flyte_runtime::prelude::*;

#[eager]
fn nothing(n: i64) -> i64 {
    n
}

fn main() {
    nothing(1);
}
