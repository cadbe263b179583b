//! Eager tasks.

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

// A deck is what eager tasks of flytekit have anyway.
#[eager(enable_deck)]
async fn gathered(x: i64) -> Result<i64, RunError> {
    square::call(x).await
}
