use flyte_runtime::prelude::*;

#[reference_task("flytesnacks", "development", "reports.daily", "v1")]
fn daily(x: i64) -> i64;

fn main() {
    let _ = daily(1);
}
