use flyte_runtime::prelude::*;

fn helper(x: i64) -> i64 {
    x
}

#[eager]
async fn squares(n: i64) -> Result<i64, RunError> {
    helper::call(n).await
}

fn main() {
    let _ = squares::run(1);
}
