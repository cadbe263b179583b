//! A test's logs are whole whichever thread reaches a line of the program first.
//!
//! Alone in its process: only the first event of a program that reaches a line of code shows the fault.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::thread;

use flyte_runtime::{prelude::*, testing::TestContext};

#[task]
fn train() -> i64 {
    tracing::info!("trains");
    1
}

#[test]
fn a_line_that_a_thread_without_logs_reached_first_is_in_the_logs_of_a_test() {
    let test = TestContext::new();
    thread::spawn(train).join().unwrap();
    test.run(train);
    assert!(test.logs().contains("trains"), "{}", test.logs());
}
