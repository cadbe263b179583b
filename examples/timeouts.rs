//! Time limits: of one attempt, of all of them, of a run.
//!
//! ```console
//! $ cargo run --example timeouts -- run patient
//! done at attempt 1
//! ```
//!
//! Async code is dropped when its time is over. Sync code cannot be stopped: its node fails all the same, and its
//! thread is left behind until it ends. With `--isolate` it is a process, and killed.
//!
//! ```console
//! $ cargo run --example timeouts -- run slow
//! note: n0: a task has not ended in time, and its thread is left behind until it does; a long task can ask `flyte_runtime::is_cancelled()`
//! error: task `timeouts.slow` failed: timed out after 20ms; its thread goes on until it ends by itself
//!   task at examples/timeouts.rs:[..]
//! $ cargo run --example timeouts -- run --isolate slow
//! error: task `timeouts.slow` failed: timed out after 20ms
//!   task at examples/timeouts.rs:[..]
//! $ cargo run --example timeouts -- run --timeout 20ms endless
//! error: the run of `timeouts.endless` was not done within 20ms
//! ```
//!
//! A run may leave 256 threads behind at once, or as many as it is told:
//!
//! ```console
//! $ cargo run --example timeouts -- run --max-abandoned-threads 0 slow
//! note: n0: a task has not ended in time, and its thread is left behind until it does; a long task can ask `flyte_runtime::is_cancelled()`
//! error: the run of `timeouts.slow` has left more than 0 threads behind, each with a sync task that goes on although its time is over, [..]
//! ```
//!
//! A deadline is for all attempts, and for the waits between them:
//!
//! ```console
//! $ cargo run --example timeouts -- run too_late
//! error: task `timeouts.too_late` failed: its deadline of 1h leaves no time for another attempt
//!   attempt 0: again
//!   task at examples/timeouts.rs:[..]
//! ```

use std::{future::pending, thread, time::Duration};

use flyte_runtime::prelude::*;

// ANCHOR: patient
/// An attempt that takes too long is followed by another, as one that fails is.
#[task(timeout = "500ms", retries = 1)]
async fn patient() -> String {
    let attempt = ctx().map_or(0, |ctx| ctx.attempt_number());
    if attempt == 0 {
        pending::<()>().await;
    }
    format!("done at attempt {attempt}")
}
// ANCHOR_END: patient

// ANCHOR: slow
#[task(timeout = "20ms")]
fn slow() {
    thread::sleep(Duration::from_secs(2));
}
// ANCHOR_END: slow

#[task]
async fn endless() {
    pending::<()>().await;
}

// ANCHOR: too_late
/// The second attempt would begin after the deadline, so nobody waits for it.
#[task(retries(count = 3, backoff = "2h"), deadline = "1h")]
fn too_late() -> Result<(), &'static str> {
    Err("again")
}
// ANCHOR_END: too_late

fn main() -> ExitCode {
    flyte_runtime::main()
}
