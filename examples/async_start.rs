//! Workflows in an async program: `start` gives a future, and dropping it cancels the run.
//!
//! ```console
//! $ cargo run --example async_start
//! one after the other: 11 and 12
//! at the same time: 11 and 12
//! given up after 10 ms
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::time::Duration;

use flyte_runtime::prelude::*;

/// Async tasks run on the runtime the run was started from, and on the engine's own when there is none.
#[task]
async fn ask(question: i64) -> i64 {
    tokio::time::sleep(Duration::from_millis(1)).await;
    question + 10
}

/// Nobody ever answers this one.
#[task]
async fn ask_the_wall(question: i64) -> i64 {
    std::future::pending::<()>().await;
    question
}

#[workflow]
fn conversation(question: i64) -> i64 {
    ask(question)
}

// ANCHOR: main
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RunError> {
    let first = conversation::call(1).start().await?;
    let second = call!(conversation(question = 2)).start().await?;
    println!("one after the other: {first} and {second}");

    // Both runs go on as soon as they are started, and share the runtime with whatever else the program does.
    let (first, second) = (conversation::call(1).start(), conversation::call(2).start());
    println!("at the same time: {} and {}", first.await?, second.await?);

    let patience = Duration::from_millis(10);
    // Dropping the future cancels the run: waiting tasks are ended, others do not start.
    if tokio::time::timeout(patience, ask_the_wall::call(3).start())
        .await
        .is_err()
    {
        println!("given up after {} ms", patience.as_millis());
    }
    Ok(())
}
// ANCHOR_END: main
