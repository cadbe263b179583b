use std::rc::Rc;

use flyte_runtime::prelude::*;

async fn pause() {}

#[task]
async fn slow(x: i64) -> i64 {
    let kept = Rc::new(x);
    pause().await;
    *kept
}

fn main() {
    let _future = slow(1);
}
