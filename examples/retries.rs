//! Retries: how often a task is tried, how long it waits in between, and what is not worth another attempt.
//!
//! ```console
//! $ cargo run --example retries -- run fetch --name report
//! report, at attempt 2
//! ```
//!
//! An error that the task marks as fatal ends it at once:
//!
//! ```console
//! $ cargo run --example retries -- run fetch --name ''
//! error: task `retries.fetch` failed: a report needs a name
//! ...
//! ```
//!
//! When no attempt is left, the report tells of every one:
//!
//! ```console
//! $ cargo run --example retries -- run never
//! error: task `retries.never` failed in each of 3 attempts: the store is busy
//!   attempt 0: the store is busy
//!   attempt 1: the store is busy
//!   task at examples/retries.rs:[..]
//! ```

use flyte_runtime::{BoxError, TaskError, prelude::*};

// ANCHOR: fetch
/// Waits 10 ms, then 20 ms, and so on up to a second, each shortened at random: a store that is busy is not asked by
/// all at once. While it waits it needs neither a thread nor a place among the jobs of the run.
#[task(retries(count = 5, backoff = "10ms", factor = 2.0, cap = "1s", jitter))]
fn fetch(name: String) -> Result<String, BoxError> {
    if name.is_empty() {
        return Err(TaskError::fatal("a report needs a name").into());
    }
    let attempt = ctx().map_or(0, |ctx| ctx.attempt_number());
    if attempt < 2 {
        return Err("the store is busy".into());
    }
    Ok(format!("{name}, at attempt {attempt}"))
}
// ANCHOR_END: fetch

#[task(retries = 2)]
fn never() -> Result<String, &'static str> {
    Err("the store is busy")
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
