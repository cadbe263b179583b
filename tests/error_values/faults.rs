//! Errors, one for each thing that can be broken about one, in every kind of task.

use std::{error::Error, fmt, panic::panic_any};

use flyte_runtime::{prelude::*, types::FlyteError};

use super::{every, has_all};

/// What is broken about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FlyteType)]
pub(crate) enum Fault {
    /// `Display` panics.
    Display,
    /// `Display` gives an error after some text.
    DisplayErr,
    /// `Debug` panics.
    Debug,
    /// `source` panics.
    Source,
    /// It is its own source.
    OwnSource,
    /// Its drop panics.
    Drop,
    /// It is no error: the task panics with a value whose drop panics.
    Payload,
    /// The same, and what that panic has is no better.
    Payloads,
}

pub(crate) const FAULTS: [Fault; 8] = [
    Fault::Display,
    Fault::DisplayErr,
    Fault::Debug,
    Fault::Source,
    Fault::OwnSource,
    Fault::Drop,
    Fault::Payload,
    Fault::Payloads,
];

impl Fault {
    /// What the report says of it.
    pub(crate) fn told(self) -> &'static str {
        match self {
            Self::Display => "the error's `Display` panicked at ",
            Self::DisplayErr => "the beginning (the error's `Display` failed: `fmt::Error`)",
            Self::Source => "the error's `source` panicked at ",
            Self::Debug | Self::OwnSource | Self::Drop => "an evil error",
            Self::Payload | Self::Payloads => "a value that is not text",
        }
    }

    /// Fails with it.
    fn strike(self) -> Result<i64, Evil> {
        match self {
            Self::Payload => panic_any(Bomb { again: false }),
            Self::Payloads => panic_any(Bomb { again: true }),
            fault => Err(Evil(fault)),
        }
    }

    /// Panics with it.
    fn explode(self) {
        if let Err(error) = self.strike() {
            panic_any(error);
        }
    }
}

/// An error with something broken about it.
pub(crate) struct Evil(Fault);

impl fmt::Display for Evil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Fault::Display => panic!("no text"),
            Fault::DisplayErr => {
                f.write_str("the beginning")?;
                Err(fmt::Error)
            }
            _ => f.write_str("an evil error"),
        }
    }
}

impl fmt::Debug for Evil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(self.0 != Fault::Debug, "no debug text");
        f.write_str("Evil")
    }
}

impl Error for Evil {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.0 {
            Fault::Source => panic!("no source"),
            Fault::OwnSource => Some(self),
            _ => None,
        }
    }
}

impl Drop for Evil {
    fn drop(&mut self) {
        assert!(self.0 != Fault::Drop, "an error that cannot be dropped");
    }
}

/// The value of a panic, whose drop panics.
struct Bomb {
    again: bool,
}

impl Drop for Bomb {
    fn drop(&mut self) {
        if self.again {
            panic_any(Bomb { again: true });
        }
        panic!("boom");
    }
}

/// All faults in one kind of task; the report has these parts and says what was broken.
fn every_case<E: Entity + 'static>(
    name: &str,
    call: fn(Fault) -> Call<E>,
    parts: &'static [&'static str],
) {
    every(name, &FAULTS, call, move |fault, result| {
        has_all(result, &[parts, &[fault.told()]].concat())
    });
}

#[task]
fn plain(fault: Fault) -> Result<i64, Evil> {
    fault.strike()
}

#[test]
fn a_sync_task() {
    every_case(
        "plain",
        plain::call,
        &["task `error_values.faults.plain` failed"],
    );
}

#[task]
async fn at_once(fault: Fault) -> Result<i64, Evil> {
    fault.strike()
}

#[test]
fn an_async_task_that_never_waits() {
    every_case(
        "at once",
        at_once::call,
        &["task `error_values.faults.at_once` failed"],
    );
}

#[task]
async fn later(fault: Fault) -> Result<i64, Evil> {
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    fault.strike()
}

#[test]
fn an_async_task_that_waits() {
    every_case(
        "later",
        later::call,
        &["task `error_values.faults.later` failed"],
    );
}

#[task(timeout = "1h")]
fn timed(fault: Fault) -> Result<i64, Evil> {
    fault.strike()
}

#[test]
fn a_task_with_a_timeout() {
    every_case(
        "timed",
        timed::call,
        &["task `error_values.faults.timed` failed"],
    );
}

#[task(retries = 2)]
fn retried(fault: Fault) -> Result<i64, Evil> {
    fault.strike()
}

#[test]
fn a_task_with_retries() {
    every_case(
        "retried",
        retried::call,
        &["failed in each of 3 attempts", "\n  attempt 0: "],
    );
}

#[task(retries = 2, timeout = "1h")]
async fn retried_later(fault: Fault) -> Result<i64, Evil> {
    tokio::task::yield_now().await;
    fault.strike()
}

#[test]
fn an_async_task_with_retries() {
    every_case(
        "retried later",
        retried_later::call,
        &["failed in each of 3 attempts", "\n  attempt 1: "],
    );
}

#[task(cache(version = "1", serialize))]
fn cached(fault: Fault) -> Result<i64, Evil> {
    fault.strike()
}

#[test]
fn a_task_with_a_cache() {
    every_case(
        "cached",
        cached::call,
        &["task `error_values.faults.cached` failed"],
    );
}

#[workflow]
fn in_a_map(faults: Vec<Fault>) -> Vec<i64> {
    faults.map(|fault| plain(fault))
}

#[test]
fn an_element_of_a_map() {
    every_case(
        "map",
        |fault| in_a_map::call(vec![fault; 3]),
        &["task `error_values.faults.plain` failed (node n0["],
    );
}

#[workflow]
fn in_a_map_of_waiting(faults: Vec<Fault>) -> Vec<i64> {
    faults.map(|fault| later(fault))
}

#[test]
fn an_element_of_a_map_that_waits() {
    every_case(
        "map of waiting",
        |fault| in_a_map_of_waiting::call(vec![fault; 3]),
        &["task `error_values.faults.later` failed (node n0["],
    );
}

#[workflow]
fn calls(fault: Fault) -> i64 {
    plain(fault)
}

#[launch_plan]
fn plan(fault: Fault) -> i64 {
    calls(fault = fault)
}

#[task]
fn sound() -> i64 {
    1
}

#[workflow]
fn in_a_tolerant_map(faults: Vec<Fault>) -> (Vec<Option<i64>>, Vec<Option<i64>>, i64) {
    let plans = faults.map(|fault| plan(fault)).min_success_ratio(0.0);
    let tasks = faults.map(|fault| later(fault)).min_success_ratio(0.0);
    (plans, tasks, sound())
}

/// The errors are let go of while the run goes on, and succeeds.
#[test]
fn an_element_that_is_tolerated() {
    let call = |fault| in_a_tolerant_map::call(vec![fault; 3]);
    every("tolerated", &FAULTS, call, |_, result| match result {
        Ok((plans, tasks, 1)) if plans == [None; 3] && tasks == [None; 3] => Ok(()),
        Ok(other) => Err(format!("{other:?}")),
        Err(error) => Err(error.to_string()),
    });
}

#[eager]
async fn eagerly(fault: Fault) -> Result<i64, flyte_runtime::BoxError> {
    let first = plain::call(fault).await;
    assert!(first.is_err(), "it fails");
    let x = later::call(fault).await?;
    Ok(x + plain::call(fault).await?)
}

#[test]
fn an_eager_task() {
    every_case(
        "eager",
        eagerly::call,
        &[
            "task `error_values.faults.eagerly` failed",
            "task `error_values.faults.later` failed",
        ],
    );
}

#[task]
fn starts_a_run(fault: Fault) -> Result<i64, flyte_runtime::BoxError> {
    Ok(calls::run(fault)?)
}

#[test]
fn a_run_inside_of_a_task() {
    every_case(
        "inner run",
        starts_a_run::call,
        &["task `error_values.faults.starts_a_run` failed"],
    );
}

#[dynamic]
fn builds_a_failure(fault: Fault) -> i64 {
    plain(fault)
}

#[test]
fn a_task_of_a_dynamic_task() {
    every_case(
        "dynamic",
        builds_a_failure::call,
        &["task `error_values.faults.plain` failed"],
    );
}

#[dynamic(retries = 1)]
fn fails_to_build(fault: Fault) -> i64 {
    fault.explode();
    plain(fault)
}

/// The body itself panics with what is broken.
#[test]
fn a_dynamic_task_itself() {
    every(
        "dynamic itself",
        &FAULTS,
        fails_to_build::call,
        |_, result| {
            has_all(
                result,
                &["a value that is not text", "failed in each of 2 attempts"],
            )
        },
    );
}

#[task]
fn told(fault: Fault, err: Option<FlyteError>) -> Result<(), Evil> {
    assert!(
        err.is_some_and(|err| err.message.contains("plain")),
        "it is told"
    );
    fault.strike().map(drop)
}

#[workflow(on_failure = told)]
fn handled(fault: Fault) -> i64 {
    plain(fault)
}

/// What ends the handler is as broken as what it handles.
#[test]
fn a_failure_handler() {
    every_case(
        "handled",
        handled::call,
        &[
            "task `error_values.faults.plain` failed",
            "also task `error_values.faults.told` failed",
        ],
    );
}

#[task]
async fn told_later(fault: Fault, err: Option<FlyteError>) -> Result<(), Evil> {
    tokio::task::yield_now().await;
    assert!(err.is_some(), "it is told");
    fault.strike().map(drop)
}

#[workflow(on_failure = told_later, failure_policy = fail_after_executable_nodes_complete)]
fn handled_later(fault: Fault) -> (i64, i64, i64) {
    (plain(fault), later(fault), timed(fault))
}

#[test]
fn a_failure_handler_that_waits_after_several_failures() {
    every_case(
        "handled later",
        handled_later::call,
        &["also task `error_values.faults.told_later` failed"],
    );
}
