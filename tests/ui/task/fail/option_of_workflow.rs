use flyte_runtime::prelude::*;

#[task(failure_policy = fail_immediately)]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {}
