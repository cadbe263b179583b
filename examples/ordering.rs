//! Order without data: tasks that must follow one another though none needs what the other gives.
//!
//! ```console
//! $ cargo run --example ordering -- run migrate
//! backup, create a, create b, fill a, fill b, report
//! ```
//!
//! `describe` shows what each node waits for:
//!
//! ```console
//! $ cargo run --example ordering -- describe migrate
//! ...
//! Nodes:
//!   n0  ordering.backup
//!   n1  ordering.create  after n0      table = "a"
//!   n2  ordering.create  after n0      table = "b"
//!   n3  ordering.fill    after n1, n2  table = "a"
//!   n4  ordering.fill    after n1, n2  table = "b"
//!   n5  ordering.report  after n3, n4
//! ...
//! ```

use std::sync::{Mutex, PoisonError};

use flyte_runtime::prelude::*;

/// What the tasks leave behind in the world outside, where the engine sees no data between them.
static DONE: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn done(what: &str) {
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    done.push(what.to_owned());
}

/// Saves the database. Without an output there is nothing to pass on, but something to order by.
#[task]
fn backup() {
    done("backup");
}

#[task]
fn create(table: &str) {
    done(&format!("create {table}"));
}

#[task]
fn fill(table: &str) -> u64 {
    done(&format!("fill {table}"));
    100
}

/// Tells what was done, in order; what runs at the same time is sorted.
#[task]
fn report() -> String {
    done("report");
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    let order = ["backup", "create", "fill", "report"];
    assert!(done.is_sorted_by_key(|step| order.iter().position(|first| step.starts_with(first))));
    done.sort();
    done.join(", ")
}

// ANCHOR: migrate
/// Backs up, creates both tables, fills both, and reports.
#[workflow]
fn migrate() -> String {
    let saved = backup();
    let (a, b) = (create("a"), create("b"));
    let (rows_a, rows_b) = (fill("a"), fill("b"));
    let report = report();

    // Everything on the left finishes before anything on the right starts; on tuples and lists of results, too.
    saved >> (a, b) >> (rows_a, rows_b);
    // The same as a method.
    (rows_a, rows_b).runs_before(&report);
    report
}
// ANCHOR_END: migrate

fn main() -> ExitCode {
    flyte_runtime::main()
}
