//! Cancelling: with a token, by dropping, by a failure beside, and what tasks see of it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use flyte_runtime::{CancellationToken, cancelled, error::RunFailure, is_cancelled, prelude::*};

fn failure<T: std::fmt::Debug>(result: Result<T, RunError>) -> RunFailure {
    match result.unwrap_err() {
        RunError::Failed(failure) => *failure,
        other => panic!("{other}"),
    }
}

fn is_cancelled_error<T: std::fmt::Debug>(result: &Result<T, RunError>) -> bool {
    matches!(result, Err(RunError::Cancelled { .. }))
}

/// Lets tasks say that they have begun.
struct Began(AtomicU32);

impl Began {
    const fn new() -> Self {
        Self(AtomicU32::new(0))
    }

    fn note(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }

    fn wait_for(&self, count: u32) {
        let before = Instant::now();
        while self.0.load(Ordering::Acquire) < count {
            assert!(before.elapsed() < Duration::from_secs(20), "nothing began");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

static LISTENING: Began = Began::new();
static BEHIND: AtomicBool = AtomicBool::new(false);

#[task(retries = 5)]
fn listens(x: i64) -> Result<i64, String> {
    LISTENING.note();
    while !is_cancelled() {
        thread::sleep(Duration::from_millis(1));
    }
    Err(format!("{x} was stopped"))
}

#[task(retries = 5)]
async fn pends(x: i64) -> i64 {
    LISTENING.note();
    std::future::pending::<()>().await;
    x
}

#[task]
fn behind(x: i64, y: i64) -> i64 {
    BEHIND.store(true, Ordering::Release);
    x + y
}

#[workflow]
fn both(x: i64) -> i64 {
    behind(listens(x), pends(x))
}

/// The sync task has listened, the async one was dropped, no attempt follows, and what comes behind does not run.
#[test]
fn a_token_cancels_a_run_and_what_it_has_not_started() {
    let token = CancellationToken::new();
    let runner = Runner::local().jobs(3).cancellation(&token);
    let run = {
        let runner = runner.clone();
        thread::spawn(move || runner.run(both::call(1)))
    };
    LISTENING.wait_for(2);
    token.cancel();
    let ended = run.join().unwrap();
    assert!(is_cancelled_error(&ended), "{ended:?}");
    assert!(!BEHIND.load(Ordering::Acquire) && token.is_cancelled());
    // It is cancelled for every later run, too.
    assert!(is_cancelled_error(&runner.run(plain::call(1))));
}

#[task]
fn plain(x: i64) -> i64 {
    x
}

static INSIDE: Began = Began::new();

#[task]
fn waits_inside(x: i64) -> Result<i64, RunError> {
    INSIDE.note();
    endless::run(x)
}

#[task]
async fn endless(x: i64) -> i64 {
    INSIDE.note();
    std::future::pending::<()>().await;
    x
}

#[test]
fn runs_inside_of_tasks_are_cancelled_together() {
    let token = CancellationToken::new();
    let runner = Runner::local().cancellation(&token);
    let run = thread::spawn(move || runner.run(waits_inside::call(1)));
    INSIDE.wait_for(2);
    token.cancel();
    let ended = run.join().unwrap();
    assert!(is_cancelled_error(&ended), "{ended:?}");
}

static DEAF: Began = Began::new();

#[task]
fn deaf() {
    DEAF.note();
    thread::sleep(Duration::from_secs(3));
}

#[test]
fn a_task_that_does_not_listen_is_left_behind_if_that_was_asked_for() {
    let token = CancellationToken::new();
    let runner = Runner::local()
        .cancellation(&token)
        .grace_period(Duration::from_millis(5));
    let run = thread::spawn(move || runner.run(deaf::call()));
    DEAF.wait_for(1);
    let before = Instant::now();
    token.cancel();
    assert!(is_cancelled_error(&run.join().unwrap()));
    assert!(
        before.elapsed() < Duration::from_secs(2),
        "it was waited for"
    );
}

static TOLD: Began = Began::new();

#[task]
async fn hands_over() -> i64 {
    let told = flyte_runtime::context::spawn(async {
        TOLD.note();
        cancelled().await;
        TOLD.note();
    });
    told.await.unwrap();
    1
}

#[tokio::test]
async fn dropping_a_started_run_tells_what_it_has_handed_over() {
    let run = hands_over::call().start();
    tokio::task::spawn_blocking(|| TOLD.wait_for(1))
        .await
        .unwrap();
    drop(run);
    tokio::task::spawn_blocking(|| TOLD.wait_for(2))
        .await
        .unwrap();
}

#[test]
fn outside_of_tasks_nothing_is_cancelled() {
    assert!(!is_cancelled());
}

static BESIDE: Began = Began::new();

#[task]
fn fails() -> Result<(), String> {
    BESIDE.wait_for(1);
    Err("the first".to_owned())
}

#[task]
fn sees_it() -> Result<(), String> {
    BESIDE.note();
    let before = Instant::now();
    while !is_cancelled() && before.elapsed() < Duration::from_secs(20) {
        thread::sleep(Duration::from_millis(1));
    }
    Err(format!("cancelled: {}", is_cancelled()))
}

#[task]
fn inside_of_failing() -> Result<i64, RunError> {
    endless::run(1)
}

#[workflow]
fn fail_fast() {
    fails();
    sees_it();
}

/// What fails by itself afterwards is told of; see `runs_inside_of_tasks_…` for what does not.
#[test]
fn a_failure_cancels_what_runs_beside_it() {
    let failed = failure(Runner::local().jobs(2).run(fail_fast::call()));
    assert_eq!(failed.first.cause.to_string(), "the first");
    let others: Vec<_> = failed
        .others
        .iter()
        .map(|other| other.cause.to_string())
        .collect();
    assert_eq!(others, ["cancelled: true"]);
}

static NESTED: Began = Began::new();

#[task]
fn fails_later() -> Result<(), String> {
    NESTED.wait_for(1);
    Err("the first".to_owned())
}

#[task]
fn waits_in_a_run() -> Result<i64, RunError> {
    pends_nested::run(1)
}

#[task]
async fn pends_nested(x: i64) -> i64 {
    NESTED.note();
    std::future::pending::<()>().await;
    x
}

#[workflow]
fn fail_fast_nested() {
    fails_later();
    waits_in_a_run();
}

#[test]
fn a_run_inside_that_a_failure_beside_has_cancelled_is_no_failure() {
    let failed = failure(Runner::local().jobs(2).run(fail_fast_nested::call()));
    assert_eq!((failed.others.len(), failed.skipped), (0, 1), "{failed}");
}

static POLICY: AtomicU32 = AtomicU32::new(0);

#[task]
fn fails_at_once() -> Result<i64, String> {
    Err("no".to_owned())
}

#[task]
fn counts(x: i64) -> i64 {
    POLICY.fetch_add(1, Ordering::AcqRel);
    x
}

#[workflow]
fn immediately() {
    fails_at_once();
    counts(counts(1));
}

#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn after_the_others() {
    counts(fails_at_once());
    counts(counts(1));
}

/// With one job the order is that of the graph, so the failing node comes first.
#[test]
fn failure_policies_say_what_still_runs() {
    let runner = Runner::local().jobs(1);
    assert_eq!(failure(runner.run(immediately::call())).skipped, 2);
    assert_eq!(POLICY.load(Ordering::Acquire), 0);
    assert_eq!(failure(runner.run(after_the_others::call())).skipped, 1);
    assert_eq!(POLICY.load(Ordering::Acquire), 2);
}

static PARKED: Began = Began::new();

#[task(retries(count = 3, backoff = "1h"))]
fn waits_an_hour() -> Result<i64, String> {
    PARKED.note();
    Err("again".to_owned())
}

#[test]
fn an_attempt_that_waits_for_its_turn_is_cancelled_at_once() {
    let token = CancellationToken::new();
    let runner = Runner::local().cancellation(&token);
    let run = thread::spawn(move || runner.run(waits_an_hour::call()));
    PARKED.wait_for(1);
    token.cancel();
    let ended = run.join().unwrap();
    assert!(is_cancelled_error(&ended), "{ended:?}");
}

#[test]
fn a_token_may_be_dropped_and_runs_forget_it() {
    let token = Arc::new(CancellationToken::new());
    let runner = Runner::local().cancellation(&token);
    for x in 0..1_000 {
        assert_eq!(runner.run(plain::call(x)).unwrap(), x);
    }
    drop(token);
    assert_eq!(runner.run(plain::call(1)).unwrap(), 1);
}
