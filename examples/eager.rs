//! Eager tasks: async functions that await other tasks, so that one result decides about the next call.
//!
//! ```console
//! $ cargo run --example eager -- run root --of 2.0
//! 1.414213562373095[..]
//! $ cargo run --example eager -- run first_answer
//! the quick one
//! ```

use std::time::Duration;

use flyte_runtime::prelude::*;

/// One step of Newton's method.
#[task]
fn improve(guess: f64, of: f64) -> f64 {
    f64::midpoint(guess, of / guess)
}

// ANCHOR: root
/// The square root, by as many steps as it takes.
///
/// Nothing in here is rewritten: `while`, `?` and comparisons are Rust's. A call that goes through the engine is
/// written with `call` and awaited.
#[eager]
async fn root(of: f64) -> Result<f64, RunError> {
    let mut guess = of;
    while (guess * guess - of).abs() > 1e-12 {
        guess = improve::call(guess, of).await?;
    }
    Ok(guess)
}
// ANCHOR_END: root

/// Answers after a while.
#[task]
async fn ask(who: String, milliseconds: u64) -> String {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    who
}

// ANCHOR: first_answer
/// Asks twice and takes what comes first; the other call is cancelled.
#[eager]
async fn first_answer() -> Result<String, RunError> {
    tokio::select! {
        answer = ask::call("the quick one".into(), 1) => answer,
        answer = ask::call("the slow one".into(), 60_000) => answer,
    }
}
// ANCHOR_END: first_answer

fn main() -> ExitCode {
    flyte_runtime::main()
}
