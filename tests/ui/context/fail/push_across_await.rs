//! A context that was pushed belongs to the thread, and a spawned future may go on on another.

use flyte_runtime::{compat::FlyteContextManager, context::FlyteContext};

async fn pushes() {
    let context = FlyteContext::current().with_group("g").build();
    let pushed = FlyteContextManager::push_context(context);
    tokio::task::yield_now().await;
    let _popped = FlyteContextManager::pop_context(pushed);
}

fn main() {
    drop(tokio::spawn(pushes()));
}
