use flyte_runtime::prelude::*;

#[dynamic(failure_policy = fail_immediately)]
fn nothing(n: i64) -> i64 {
    n
}

fn main() {
    let _ = nothing(1);
}
