use flyte_runtime::prelude::*;

#[workflow]
fn pipeline(x: i64) -> Result<i64, RunError> {
    todo!()
}

fn main() {}
