use flyte_runtime::prelude::*;

#[workflow(falure_policy = fail_immediately)]
fn pipeline(x: i64) -> i64 {
    x
}

fn main() {}
