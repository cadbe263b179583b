//! Attempts: how often a task is tried, with what, and what is told of it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::sync::{
    Mutex,
    atomic::{AtomicU32, Ordering},
};

use flyte_runtime::{error::RunFailure, prelude::*};

fn attempt() -> u32 {
    ctx().unwrap().attempt_number()
}

fn failure<T: std::fmt::Debug>(result: Result<T, RunError>) -> RunFailure {
    match result.unwrap_err() {
        RunError::Failed(failure) => *failure,
        other => panic!("{other}"),
    }
}

#[task(retries = 3)]
fn third_time(text: String) -> Result<String, String> {
    match attempt() {
        2 => Ok(format!("{text} at 2")),
        early => Err(format!("too early: {early}")),
    }
}

#[task(retries = 3)]
async fn third_time_later(text: String) -> Result<String, String> {
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    match attempt() {
        2 => Ok(format!("{text} at 2")),
        early => Err(format!("too early: {early}")),
    }
}

#[task(retries = 3)]
async fn third_time_without_waiting(text: String) -> Result<String, String> {
    match attempt() {
        2 => Ok(format!("{text} at 2")),
        early => Err(format!("too early: {early}")),
    }
}

#[workflow]
fn in_a_row(text: String) -> String {
    third_time_without_waiting(third_time_later(third_time(text)))
}

/// Flyte 2's `attempt_number` stays 0 across local retries; here it counts. An input by value is there for every attempt.
#[test]
fn a_failed_attempt_is_repeated_with_the_same_inputs_and_the_next_number() {
    let expected = "x at 2 at 2 at 2";
    assert_eq!(in_a_row("x".to_owned()).unwrap(), expected);
    let call = in_a_row::call("x".to_owned());
    for jobs in [1, 4] {
        assert_eq!(
            Runner::local().jobs(jobs).run(call.clone()).unwrap(),
            expected
        );
    }
}

#[tokio::test]
async fn a_failed_attempt_is_repeated_on_the_runtime_of_the_program_too() {
    let out = in_a_row::call("x".to_owned()).start().await.unwrap();
    assert_eq!(out, "x at 2 at 2 at 2");
}

#[task(retries = 2)]
fn always(text: String) -> Result<String, String> {
    drop(text);
    Err(format!("no {}", attempt()))
}

#[workflow]
fn always_fails(text: String) -> String {
    always(text)
}

#[test]
fn when_no_attempt_is_left_the_report_tells_of_every_one() {
    let failed = failure(always_fails("in".to_owned()));
    assert_eq!((failed.first.attempt, failed.first.earlier.len()), (2, 2));
    let text = failed.to_string();
    assert!(
        text.starts_with("task `retries.always` failed in each of 3 attempts (node n0 of `retries.always_fails`): no 2\n"),
        "{text}"
    );
    assert!(
        text.contains("\n  attempt 0: no 0\n  attempt 1: no 1\n"),
        "{text}"
    );
    assert!(text.contains("\n  with: text = \"in\"\n"), "{text}");
}

#[task(retries = 1)]
fn panics_first(x: i64) -> i64 {
    assert!(attempt() > 0, "not yet");
    x
}

#[task(retries = 1)]
async fn panics_first_later(x: i64) -> i64 {
    tokio::task::yield_now().await;
    assert!(attempt() > 0, "not yet");
    x
}

#[task(retries = 1)]
async fn always_panics(x: i64) -> i64 {
    tokio::task::yield_now().await;
    panic!("lost {x}")
}

#[test]
fn a_panic_is_a_failed_attempt_like_any_other() {
    assert_eq!(panics_first::run(4).unwrap(), 4);
    assert_eq!(panics_first_later::run(5).unwrap(), 5);
    let text = failure(always_panics::run(6)).to_string();
    assert!(
        text.contains("failed in each of 2 attempts: panicked at"),
        "{text}"
    );
}

static FATAL: AtomicU32 = AtomicU32::new(0);

#[task(retries = 5)]
fn gives_up(x: i64) -> anyhow::Result<i64> {
    FATAL.fetch_add(1, Ordering::Relaxed);
    let refused: Result<i64, TaskError> = Err(TaskError::fatal(format!("no use with {x}")));
    anyhow::Context::context(refused, "while giving up")
}

/// The marker is found below what `anyhow` puts around it.
#[test]
fn a_fatal_error_stops_at_once() {
    let failed = failure(gives_up::run(1));
    assert_eq!(
        (FATAL.load(Ordering::Relaxed), failed.first.attempt),
        (1, 0)
    );
    let text = failed.to_string();
    assert!(
        text.contains("failed: while giving up\n  caused by: no use with 1\n"),
        "{text}"
    );
}

#[task(retries = 5, retry_on = recoverable)]
fn picky(how: String, seen: Vec<i64>) -> anyhow::Result<u32> {
    drop(seen);
    let error = anyhow::anyhow!("{how}");
    match (how.as_str(), attempt()) {
        (_, 2) => Ok(2),
        ("recoverable", _) => Err(TaskError::recoverable(error))?,
        ("panic", _) => panic!("lost"),
        _ => Err(error),
    }
}

/// flytekit's rule, for whoever asks for it.
#[test]
fn with_retry_on_recoverable_only_marked_errors_are_tried_again() {
    assert_eq!(picky::run("recoverable".to_owned(), vec![1]).unwrap(), 2);
    for how in ["plain", "panic"] {
        assert_eq!(
            failure(picky::run(how.to_owned(), vec![1])).first.attempt,
            0
        );
    }
}

#[task]
fn counts_to(n: u32) -> Result<u32, String> {
    match attempt() {
        last if last == n => Ok(last),
        early => Err(early.to_string()),
    }
}

#[task(retries = 9)]
fn always_retried() -> Result<(), String> {
    Err("no".to_owned())
}

#[workflow]
fn overridden(n: u32) -> u32 {
    counts_to(n).with_overrides(|o| o.retries(4))
}

#[workflow]
fn overridden_to_none() {
    always_retried().with_overrides(|o| o.retries(0));
}

#[test]
fn a_node_may_say_another_number() {
    assert_eq!(overridden(4).unwrap(), 4);
    assert_eq!(failure(overridden(5)).first.attempt, 4);
    assert_eq!(failure(counts_to::run(1)).first.attempt, 0);
    assert_eq!(failure(overridden_to_none()).first.attempt, 0);
}

#[task(retries = 4)]
fn resumes(scratch: String) -> Result<String, String> {
    let told = ctx().unwrap();
    let checkpoint = told.checkpoint().unwrap();
    let before = checkpoint.read().unwrap().unwrap_or_default();
    let before = String::from_utf8(before).unwrap();
    let mine = told.parameters().working_directory().unwrap().join(scratch);
    assert!(!mine.exists(), "each attempt has a directory of its own");
    std::fs::write(mine, "x").unwrap();
    // The attempt in the middle keeps nothing: what the one before kept is still there for the next.
    if attempt() != 2 {
        checkpoint
            .write(format!("{before}{}", attempt()).as_bytes())
            .unwrap();
    }
    match attempt() {
        4 => Ok(before),
        1 => panic!("panics keep what was saved too"),
        early => Err(early.to_string()),
    }
}

#[test]
fn an_attempt_finds_what_the_attempts_before_it_have_saved() {
    assert_eq!(resumes::run("f".to_owned()).unwrap(), "013");
}

static SEEN: Mutex<Vec<usize>> = Mutex::new(Vec::new());

#[task(retries = 1)]
fn takes_twice(numbers: Vec<i64>) -> Result<usize, String> {
    let place = numbers.as_ptr() as usize;
    SEEN.lock().unwrap().push(place);
    let count = numbers.len();
    if attempt() == 0 {
        Err("again".to_owned())
    } else {
        Ok(count)
    }
}

#[task]
fn numbers() -> Vec<i64> {
    let numbers: Vec<i64> = (0..1000).collect();
    SEEN.lock().unwrap().push(numbers.as_ptr() as usize);
    numbers
}

#[workflow]
fn moves_at_last() -> usize {
    takes_twice(numbers())
}

/// The input is cloned while another attempt may need it, and moved for the last.
#[test]
fn the_last_attempt_gets_the_value_itself() {
    assert_eq!(moves_at_last().unwrap(), 1000);
    let seen = SEEN.lock().unwrap();
    assert!(seen[0] != seen[1] && seen[0] == seen[2], "{seen:?}");
}

static STOPPED: AtomicU32 = AtomicU32::new(0);

#[task(retries = 1_000_000)]
async fn tries_for_ever(x: i64) -> Result<i64, String> {
    STOPPED.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    Err(format!("{x}"))
}

#[task]
async fn fails_soon(x: i64) -> Result<i64, String> {
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    Err(format!("soon {x}"))
}

#[workflow]
fn one_stops_the_other(x: i64) -> (i64, i64) {
    (tries_for_ever(x), fails_soon(x))
}

#[test]
fn no_attempt_follows_when_the_workflow_has_failed() {
    let failed = failure(one_stops_the_other(1));
    assert!(failed.to_string().contains("soon 1"), "{failed}");
    assert!(STOPPED.load(Ordering::Relaxed) < 1000);
}

#[dynamic(retries = 2)]
fn unfolds(text: String) -> i64 {
    assert!((attempt)() == 2 && text == "x", "not yet");
    counts_to(0);
    counts_to_two(text)
}

#[task(retries = 2)]
fn counts_to_two(text: String) -> Result<i64, String> {
    match attempt() {
        2 => Ok(text.len() as i64),
        early => Err(early.to_string()),
    }
}

#[eager(retries = 1)]
async fn awaits(n: u32) -> anyhow::Result<i64> {
    let got = counts_to_two::call("four".to_owned()).await?;
    anyhow::ensure!(attempt() == n, "not yet");
    Ok(got)
}

/// What a dynamic task builds is built again, and what an eager task awaits is awaited again; what they call has attempts of its
/// own.
#[test]
fn dynamic_and_eager_tasks_are_attempted_again() {
    assert_eq!(unfolds::run("x".to_owned()).unwrap(), 1);
    assert_eq!(awaits::run(1).unwrap(), 4);
}
