//! Being told what happens in a run: an observer of one's own.
//!
//! ```console
//! $ cargo run --example observer
//! download a.csv: attempt 0 failed: the line is busy
//! download a.csv: attempt 1 succeeded
//! download b.csv: attempt 0 succeeded
//! 3 tasks of observer.import have ended: 17 rows
//! ```
//!
//! Programs with `flyte_runtime::main` have two observers already: `run --progress plain` and `run --events FILE`.

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use flyte_runtime::{
    events::{Event, EventKind, NodeKind, Observer},
    prelude::*,
};

#[task(retries = 2)]
fn download(file: String) -> Result<i64, &'static str> {
    let attempt = ctx().map_or(0, |task| task.attempt_number());
    match (&*file, attempt) {
        ("a.csv", 0) => Err("the line is busy"),
        ("a.csv", _) => Ok(7),
        _ => Ok(10),
    }
}

#[task]
fn total(rows: &[i64]) -> i64 {
    rows.iter().sum()
}

#[workflow]
fn import(files: Vec<String>) -> i64 {
    total(files.map(|file| download(file)))
}

/// Writes what becomes of downloads, and counts tasks. Several threads tell it things at once.
#[derive(Default)]
struct Watcher {
    ended: AtomicU32,
}

impl Observer for Watcher {
    fn event(&self, event: &Event) {
        match &event.kind {
            EventKind::AttemptEnded {
                node,
                attempt,
                error,
                ..
            } if node.entity.ends_with("download") => {
                let file = if node.path == "n0[0]" {
                    "a.csv"
                } else {
                    "b.csv"
                };
                match error {
                    Some(error) => println!("download {file}: attempt {attempt} failed: {error}"),
                    None => println!("download {file}: attempt {attempt} succeeded"),
                }
            }
            EventKind::NodeEnded { node, .. } if node.kind == NodeKind::Task => {
                self.ended.fetch_add(1, Relaxed);
            }
            // The values are there, and are not encoded unless an observer asks.
            EventKind::RunEnded { outputs, .. } => println!(
                "{} tasks of {} have ended: {} rows",
                self.ended.load(Relaxed),
                event.run.entity,
                outputs.get::<i64>("o0").copied().unwrap_or_default()
            ),
            // There will be more events than this release knows.
            _ => {}
        }
    }
}

// ANCHOR: main
fn main() -> Result<(), RunError> {
    let runner = Runner::local().jobs(1).observe(Watcher::default());
    runner.run(import::call(vec!["a.csv".into(), "b.csv".into()]))?;
    Ok(())
}
// ANCHOR_END: main
