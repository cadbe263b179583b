//! What a user sees when a task fails, and what happens to the rest of the run.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    fmt,
    sync::atomic::{AtomicUsize, Ordering},
};

use flyte_runtime::{error::RunFailure, prelude::*};

#[derive(Debug)]
struct Outer(std::num::ParseIntError);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot read the number")
    }
}

impl std::error::Error for Outer {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[task]
fn parse(text: String, limit: i64) -> Result<i64, Outer> {
    let _ = limit;
    text.parse().map_err(Outer)
}

#[task]
fn panics(x: i64) -> i64 {
    let items: Vec<i64> = Vec::new();
    items[x as usize]
}

#[task]
async fn panics_later(x: i64) -> i64 {
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    panic!("lost {x}")
}

#[task]
fn double(x: i64) -> i64 {
    x * 2
}

#[workflow]
fn inner(text: String) -> i64 {
    double(parse(text, 3))
}

#[workflow]
fn outer(text: String) -> i64 {
    double(inner(text))
}

fn failure<T: fmt::Debug>(result: Result<T, RunError>) -> RunFailure {
    match result.unwrap_err() {
        RunError::Failed(failure) => *failure,
        other => panic!("{other}"),
    }
}

#[test]
fn the_report_tells_the_whole_story() {
    let error = outer("12x".to_owned()).unwrap_err();
    let text = error.to_string();
    let line = text.lines().last().unwrap_or_default();
    assert!(text.starts_with("task `failures.parse` failed (node n0/n0 of `failures.inner`): cannot read the number\n"), "{text}");
    assert!(
        text.contains("\n  caused by: invalid digit found in string\n"),
        "{text}"
    );
    assert!(
        text.contains("\n  with: text = \"12x\", limit = 3\n"),
        "{text}"
    );
    assert!(text.contains("failures.rs:"), "{text}");
    assert_eq!(line, "2 nodes did not run", "{text}");
    // The user's own error can be found again.
    let mut source = std::error::Error::source(&error);
    let mut found = false;
    while let Some(error) = source {
        found |= error.is::<Outer>();
        source = error.source();
    }
    assert!(found);
}

#[test]
fn a_long_value_is_cut() {
    let text = outer("9".repeat(10_000)).unwrap_err().to_string();
    assert!(text.len() < 500 && text.contains('…'), "{text}");
}

#[test]
fn a_panic_is_a_failed_attempt_with_its_place() {
    let sync = failure(panics::run(3)).to_string();
    assert!(
        sync.contains("task `failures.panics` failed: panicked at ")
            && sync.contains("index out of bounds"),
        "{sync}"
    );
    assert!(
        sync.contains("failures.rs:") && sync.contains("x = 3"),
        "{sync}"
    );
    let later = failure(panics_later::run(4)).to_string();
    assert!(
        later.contains("lost 4") && later.contains("x = 4"),
        "{later}"
    );
}

#[test]
fn a_thousand_failing_runs_leave_the_process_well() {
    for round in 0..1000 {
        match round % 4 {
            0 => drop(failure(panics::run(round))),
            1 => drop(failure(outer("x".to_owned()))),
            2 if round % 100 == 2 => drop(failure(panics_later::run(round))),
            _ => assert_eq!(double::run(round).unwrap(), 2 * round),
        }
    }
    assert_eq!(flyte_runtime::context::FlyteContextManager::size(), 1);
}

static AFTER: AtomicUsize = AtomicUsize::new(0);

#[task]
fn counts(x: i64) -> i64 {
    AFTER.fetch_add(1, Ordering::SeqCst);
    x
}

#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn carries_on(x: i64) -> i64 {
    let broken = panics(x);
    let mut last = x;
    for _ in 0..10 {
        last = counts(last);
    }
    double(broken) >> counts(double(broken));
    last
}

#[test]
fn a_workflow_that_carries_on_runs_all_that_needs_no_failed_node() {
    let failure = failure(carries_on(7));
    assert_eq!(AFTER.load(Ordering::SeqCst), 10);
    assert_eq!(failure.skipped, 3);
    assert!(failure.others.is_empty());
}

static STOPPED: AtomicUsize = AtomicUsize::new(0);

#[task]
fn counts_stopped(x: i64) -> i64 {
    STOPPED.fetch_add(1, Ordering::SeqCst);
    x
}

#[workflow]
fn stops_at_once(x: i64) -> i64 {
    let mut last = counts_stopped(panics(x));
    for _ in 0..10 {
        last = counts_stopped(last);
    }
    last
}

#[test]
fn a_workflow_fails_immediately_unless_told_otherwise() {
    let failure = failure(stops_at_once(7));
    assert_eq!((STOPPED.load(Ordering::SeqCst), failure.skipped), (0, 11));
}

#[task]
async fn forever(x: i64) -> i64 {
    std::future::pending::<()>().await;
    x
}

#[workflow]
fn waits_for_nothing(x: i64) -> i64 {
    let never = forever(x);
    let _ = panics_later(x);
    never
}

/// Would hang if the waiting task were not ended.
#[test]
fn waiting_siblings_of_a_failed_task_are_ended() {
    let text = failure(waits_for_nothing(5)).to_string();
    assert!(text.contains("lost 5"), "{text}");
}

#[workflow]
fn sub_waits(x: i64) -> i64 {
    waits_for_nothing(x)
}

#[test]
fn also_in_a_sub_workflow() {
    assert!(failure(sub_waits(5)).to_string().contains("node n0/n1 of"));
}

static CLEANED: AtomicUsize = AtomicUsize::new(0);

#[task]
fn clean_up(x: i64, #[default(Some("nothing".to_owned()))] note: Option<String>) {
    assert_eq!(note.as_deref(), Some("nothing"));
    CLEANED.fetch_add(usize::try_from(x).unwrap(), Ordering::SeqCst);
}

#[workflow]
fn cleans_up(x: i64) {
    clean_up(x, None::<String>.or(Some("nothing".into())));
}

#[workflow(on_failure = clean_up)]
fn handled_by_a_task(x: i64) -> i64 {
    double(panics(x))
}

#[workflow(on_failure = cleans_up)]
fn handled_by_a_workflow(x: i64) -> i64 {
    double(panics(x))
}

/// `test_workflows.py::test_failure_node_local_execution`: the handler runs with the workflow's inputs, the error stays.
#[test]
fn the_failure_handler_runs_once_with_the_workflows_inputs() {
    let text = failure(handled_by_a_task(100)).to_string();
    assert!(text.contains("task `failures.panics` failed"), "{text}");
    assert_eq!(CLEANED.load(Ordering::SeqCst), 100);
    assert_eq!(
        handled_by_a_task::graph()
            .unwrap()
            .failure_node()
            .unwrap()
            .id(),
        "fn0"
    );
    let text = failure(handled_by_a_workflow(1000)).to_string();
    assert!(text.contains("task `failures.panics` failed"), "{text}");
    assert_eq!(CLEANED.load(Ordering::SeqCst), 1100);
}

#[workflow(on_failure = clean_up)]
fn handler_lacks_an_input(x: i64, other: String) -> i64 {
    let _ = other;
    double(x)
}

/// `test_type_hints.py::test_failure_node_mismatch_inputs`
#[test]
fn a_handler_must_take_every_input_of_the_workflow() {
    let text = handler_lacks_an_input::graph().unwrap_err().to_string();
    assert!(text.contains("the failure handler `failures.clean_up` has inputs that do not align with the workflow's"), "{text}");
    assert!(text.contains("it does not take `other`"), "{text}");
}
