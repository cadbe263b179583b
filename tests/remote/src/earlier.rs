//! The program of `earlier.rs`, the test, as it was in a version before.

use flyte_runtime::prelude::*;

#[task(name = "app.square")]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow(name = "app.flow")]
fn flow(x: i64) -> i64 {
    square(x)
}

#[launch_plan(name = "app.nightly", schedule(cron = "0 2 * * *"), auto_activate)]
fn nightly() -> i64 {
    flow(x = 3)
}

#[launch_plan(name = "app.hourly", schedule(rate = "1h"), auto_activate)]
fn hourly() -> i64 {
    flow(x = 4)
}

/// Of a crate that the later version does not have.
#[launch_plan(name = "library.weekly", schedule(cron = "@weekly"), auto_activate)]
fn weekly() -> i64 {
    flow(x = 5)
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
