use flyte_runtime::prelude::*;

#[workflow]
fn pipeline(_x: i64) -> Result<i64, RunError> {
    todo!()
}

fn main() {}
