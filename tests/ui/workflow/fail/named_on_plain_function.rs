use flyte_runtime::prelude::*;

fn helper(x: i64) -> i64 {
    x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    helper(x = x)
}

fn main() {
    let _ = helper(1);
}
