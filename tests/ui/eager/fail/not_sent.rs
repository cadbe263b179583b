use std::rc::Rc;

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[eager]
async fn squares(n: i64) -> Result<i64, RunError> {
    let n = Rc::new(n);
    square::call(*n).await?;
    square::call(*n).await
}

fn main() {
    let _ = squares::run(1);
}
