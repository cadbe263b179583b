//! Limits and defaults of a task that is started alone, and of its attempts.

use std::{thread, time::Duration};

use flyte_runtime::prelude::*;
use tokio::sync::oneshot;

use crate::case::{Case, Expected, Kind, case, row};

#[task(timeout = "2s")]
fn waits(seconds: u64) -> u64 {
    thread::sleep(Duration::from_secs(seconds));
    seconds
}

#[task(timeout = "2s")]
async fn waits_async(first: u64, second: u64) -> u64 {
    let (tell, told) = oneshot::channel();
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(first + second));
        // Nobody listens when the time is over.
        tell.send(()).is_ok()
    });
    told.await.map_or(0, |()| first + second)
}

#[task]
fn with_a_default(a: i64, #[default(4)] b: i64) -> i64 {
    a * b
}

#[workflow]
fn a_workflow_with_a_default(a: i64, #[default(5)] b: i64) -> i64 {
    with_a_default(a, b)
}

#[task(retries(count = 2, backoff = "100ms"))]
fn third_time(x: i64) -> Result<i64, String> {
    match ctx().map_or(0, |context| context.attempt_number()) {
        2 => Ok(x),
        n => Err(format!("attempt {n} fails")),
    }
}

#[task(retries(count = 1, backoff = "10ms"), timeout = "60s")]
fn never(x: i64) -> Result<i64, String> {
    Err(format!("{x} never succeeds"))
}

#[workflow]
fn in_a_workflow(seconds: u64) -> u64 {
    waits(seconds)
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    row(
        16,
        [
            case(waits::call(20)).fails(Kind::TimedOut, ""),
            case(waits::call(0)).gives(0).with("in time"),
            case(waits_async::call(10, 15)).fails(Kind::TimedOut, ""),
            case(in_a_workflow::call(20)).fails(Kind::TimedOut, ""),
            case(with_a_default::call(3, 4)).gives(12),
            case(with_a_default::call(3, 4)).gives(12).with("left out").without("b").but_there(
                Expected::Refused("expected_inputs b missing"),
                "a task that is started alone needs all of its inputs: defaults are the client's",
            ),
            case(a_workflow_with_a_default::call(3, 5)).gives(15).without("b"),
            case(third_time::call(5)).gives(5),
            case(never::call(5)).fails(Kind::Task, "5 never succeeds"),
        ],
    )
}
