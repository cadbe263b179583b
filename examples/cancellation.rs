//! Cancellation: with Ctrl-C, with a token, and what a long task does about it.
//!
//! The first Ctrl-C cancels the run of a command line: nothing else is started, async tasks are dropped where they
//! wait, sync tasks are asked to end, and the program ends with the exit code 130 within two seconds. The second ends
//! it at once. A program has a token for the same:
//!
//! ```console
//! $ cargo run --example cancellation
//! counting
//! ended early: the run of `cancellation.all` was cancelled
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::{future::pending, sync::mpsc, thread, time::Duration};

use flyte_runtime::{CancellationToken, is_cancelled, prelude::*};

// ANCHOR: count
/// Sync code cannot be stopped from outside. What takes long asks from time to time.
#[task]
fn count(most: u64) -> Result<u64, &'static str> {
    println!("counting");
    for _ in 0..most {
        if is_cancelled() {
            return Err("cancelled");
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(most)
}
// ANCHOR_END: count

#[task]
async fn wait() -> u64 {
    pending().await
}

#[workflow]
fn all() -> (u64, u64) {
    (count(1_000_000), wait())
}

// ANCHOR: main
fn main() {
    let token = CancellationToken::new();
    let runner = Runner::local().jobs(2).cancellation(&token);
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(runner.run(all::call())));
    thread::sleep(Duration::from_millis(200));
    token.cancel();
    match end.recv() {
        Ok(Err(error)) => println!("ended early: {error}"),
        other => println!("{other:?}"),
    }
}
// ANCHOR_END: main
