use flyte_runtime::prelude::*;

fn helper(x: i64) -> i64 {
    x
}

#[dynamic]
fn squares(n: i64) -> i64 {
    helper(n)
}

fn main() {
    let _ = squares(1);
}
