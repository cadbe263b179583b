//! Time limits: of one attempt, of all of them, and of a run.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use flyte_runtime::{
    error::{FailureCause, RunFailure, TimeLimit},
    prelude::*,
    testing::{ManualClock, TestContext},
};

const SECOND: Duration = Duration::from_secs(1);

fn failure<T: std::fmt::Debug>(result: Result<T, RunError>) -> RunFailure {
    match result.unwrap_err() {
        RunError::Failed(failure) => *failure,
        other => panic!("{other}"),
    }
}

fn limit(cause: &FailureCause) -> TimeLimit {
    match cause {
        FailureCause::TimedOut { limit, .. } => *limit,
        other => panic!("{other}"),
    }
}

fn attempt() -> u32 {
    ctx().unwrap().attempt_number()
}

/// Blocks until the attempt is over, as a task that listens does.
fn block() {
    while !flyte_runtime::is_cancelled() {
        thread::sleep(Duration::from_millis(1));
    }
}

fn still() -> ManualClock {
    ManualClock::new(SystemTime::UNIX_EPOCH)
}

/// Runs something on a clock that stands still and is moved by `steps`, each once so many timers are set.
fn moved<T: Send + 'static>(
    steps: &[(usize, u64)],
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let clock = still();
    let test = TestContext::new().clock(clock.clone());
    let run = thread::spawn(move || test.run(work));
    for &(timers, seconds) in steps {
        clock.wait_for_timers(timers);
        clock.advance(SECOND * u32::try_from(seconds).unwrap());
    }
    run.join().unwrap()
}

#[task(timeout = "10s")]
fn blocks(name: String) -> Result<(), String> {
    block();
    Err(name)
}

#[task(timeout = "10s")]
async fn never(_name: String) {
    std::future::pending::<()>().await;
}

#[test]
fn an_attempt_fails_when_its_time_is_over() {
    for (is_async, detached) in [(false, true), (true, false)] {
        let failed = failure(moved(&[(1, 9), (1, 1)], move || match is_async {
            true => never::run("x".to_owned()),
            false => blocks::run("x".to_owned()),
        }));
        let text = failed.to_string();
        assert!(text.contains("timed out after 10s"), "{text}");
        assert!(
            text.contains("with: _name = \"x\"") || text.contains("with: name = \"x\""),
            "{text}"
        );
        assert_eq!(text.contains("its thread goes on"), detached, "{text}");
        assert_eq!(limit(&failed.first.cause), TimeLimit::Attempt);
    }
}

#[task(timeout = "10s", retries = 2)]
fn in_time_at_last(x: i64) -> i64 {
    if attempt() < 2 {
        block();
    }
    x
}

#[task(timeout = "10s", retries = 2)]
async fn in_time_at_last_async(x: i64) -> i64 {
    if attempt() < 2 {
        std::future::pending::<()>().await;
    }
    x
}

/// As in Flyte 2.
#[test]
fn another_attempt_follows_one_that_was_too_slow() {
    let steps = [(1, 10), (1, 10)];
    assert_eq!(moved(&steps, || in_time_at_last::run(4)).unwrap(), 4);
    assert_eq!(moved(&steps, || in_time_at_last_async::run(5)).unwrap(), 5);
}

#[task(timeout = "1m", retries = 3, retry_on = recoverable)]
async fn only_marked() {
    std::future::pending::<()>().await;
}

#[test]
fn too_slow_is_no_error_that_a_task_has_marked() {
    let failed = failure(moved(&[(1, 60)], only_marked::run));
    assert_eq!(failed.first.attempt, 0);
}

#[workflow]
fn overridden(x: i64) -> i64 {
    let slow = in_time_at_last_async(x).with_overrides(|o| o.timeout("2s").retries(0));
    in_time_at_last_async(slow)
}

#[task(timeout = "1s")]
async fn short(x: i64, wait: i64) -> i64 {
    if wait > 0 {
        tokio::task::yield_now().await;
        std::future::pending::<()>().await;
    }
    x
}

#[workflow]
fn without(x: i64) -> i64 {
    endless(x).with_overrides(|o| o.timeout(0))
}

static LET_GO: Mutex<Option<mpsc::Receiver<()>>> = Mutex::new(None);

#[task(timeout = "1s")]
fn endless(x: i64) -> i64 {
    let wait = LET_GO.lock().unwrap().take().unwrap();
    wait.recv().unwrap();
    x
}

#[test]
fn a_node_may_have_another_limit_than_its_task_or_none() {
    let failed = failure(moved(&[(1, 2)], || overridden(1)));
    assert!(
        failed.to_string().contains("timed out after 2s"),
        "{failed}"
    );
    let failed = failure(moved(&[(1, 1)], || short::run(1, 1)));
    assert!(
        failed.to_string().contains("timed out after 1s"),
        "{failed}"
    );

    let (go, wait) = mpsc::channel();
    *LET_GO.lock().unwrap() = Some(wait);
    let clock = still();
    let test = TestContext::new().clock(clock.clone());
    let run = thread::spawn(move || test.run(|| without(3)));
    clock.advance(SECOND * 3600);
    go.send(()).unwrap();
    assert_eq!(run.join().unwrap().unwrap(), 3);
}

#[task(deadline = "25s", retries(count = 9, backoff = "10s", factor = 1))]
fn no_more_time() -> Result<(), String> {
    Err(format!("attempt {}", attempt()))
}

/// A wait that would end behind the deadline does not begin.
#[test]
fn a_deadline_is_for_all_attempts_and_the_waits_between_them() {
    let clock = ManualClock::from(SystemTime::UNIX_EPOCH);
    let test = TestContext::new().clock(clock.clone());
    let failed = failure(test.run(no_more_time::run));
    assert_eq!((failed.first.attempt, failed.first.earlier.len()), (2, 3));
    assert_eq!(limit(&failed.first.cause), TimeLimit::NoTimeLeft);
    let text = failed.to_string();
    let expected = "its deadline of 25s leaves no time for another attempt";
    assert!(text.contains(expected), "{text}");
    assert!(text.contains("attempt 2: attempt 2"), "{text}");
}

#[task(deadline = "25s", timeout = "10s", retries = 9)]
async fn too_slow_each_time() {
    std::future::pending::<()>().await;
}

#[test]
fn the_last_attempt_before_a_deadline_ends_with_it() {
    let failed = failure(moved(&[(1, 10), (1, 10), (1, 5)], too_slow_each_time::run));
    assert_eq!((failed.first.attempt, failed.first.earlier.len()), (2, 2));
    assert_eq!(limit(&failed.first.cause), TimeLimit::Deadline);
}

#[dynamic(timeout = "10s")]
fn builds_slowly(x: i64) -> i64 {
    (block)();
    plain(x)
}

#[task]
fn plain(x: i64) -> i64 {
    x
}

#[test]
fn a_dynamic_task_has_to_build_its_graph_in_time() {
    let failed = failure(moved(&[(1, 10)], || builds_slowly::run(1)));
    assert_eq!(limit(&failed.first.cause), TimeLimit::Attempt);
}

#[task(timeout = "1h", retries = 1)]
fn is_itself(x: Vec<i64>) -> Result<i64, String> {
    match attempt() {
        0 => panic!("on a thread of its own"),
        _ => Ok(x.iter().sum::<i64>() + inner::run(1).map_err(|error| error.to_string())?),
    }
}

#[workflow]
fn inner(x: i64) -> i64 {
    plain(plain(x))
}

/// On the thread of an attempt with a limit all is as on others: panics are failures, the context is there, and a run inside works
/// in the place of the task.
#[test]
fn the_thread_of_an_attempt_is_like_a_worker() {
    for jobs in [1, 3] {
        let call = is_itself::call(vec![1, 2]);
        assert_eq!(Runner::local().jobs(jobs).run(call).unwrap(), 4);
    }
    let logs = TestContext::new();
    assert_eq!(logs.run(|| is_itself::run(vec![3])).unwrap(), 4);
}

static LATE: AtomicU32 = AtomicU32::new(0);
static RELEASED: AtomicBool = AtomicBool::new(false);

#[task(timeout = "5ms")]
fn left_behind() -> Vec<u8> {
    let context = flyte_runtime::compat::current_context();
    let directory = context.working_directory();
    while !RELEASED.load(Ordering::Acquire) {
        thread::sleep(Duration::from_millis(1));
    }
    // The directory of a run that has ended is not there, which is an error and no panic.
    drop(directory.map(|directory| std::fs::write(directory.join("late"), "late")));
    let late = flyte_runtime::compat::current_context()
        .working_directory()
        .is_err();
    LATE.store(1 + u32::from(late), Ordering::Release);
    vec![0; 1 << 20]
}

#[workflow]
fn goes_on_without() -> i64 {
    left_behind() >> plain(1);
    plain(2)
}

/// In the time of the world: the node fails in time although its thread does not end, and the thread ends without harm later.
#[test]
fn a_thread_is_left_behind_and_ends_by_itself() {
    let failed = failure(goes_on_without());
    assert!(
        failed.to_string().contains("timed out after 5ms"),
        "{failed}"
    );
    assert_eq!(LATE.load(Ordering::Acquire), 0);
    RELEASED.store(true, Ordering::Release);
    let before = Instant::now();
    while LATE.load(Ordering::Acquire) == 0 && before.elapsed() < SECOND * 10 {
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(LATE.load(Ordering::Acquire), 2);
}

#[task(timeout = "1ms")]
fn always_late() {
    block();
}

#[workflow]
fn many_late(count: Vec<i64>) {
    let _values = count.map(|x| late_element(x)).min_successes(0);
}

#[task(timeout = "1ms")]
fn late_element(x: i64) -> i64 {
    block();
    x
}

/// Threads that are left behind take no place away from others.
#[test]
fn places_are_not_lost_to_threads_that_are_left_behind() {
    for jobs in [1, 2] {
        let runner = Runner::local().jobs(jobs);
        runner.run(many_late::call((0..50).collect())).unwrap();
        for _ in 0..20 {
            failure(runner.run(always_late::call()));
        }
    }
}

#[task(timeout = "1h")]
fn on_which_thread(_x: i64) -> String {
    format!("{:?}", thread::current().id())
}

#[workflow]
fn on_which_threads(xs: Vec<i64>) -> Vec<String> {
    xs.map(on_which_thread)
}

#[test]
fn attempts_that_end_in_time_start_no_threads() {
    let call = on_which_threads::call((0..1_000).collect());
    let mut threads = Runner::local().jobs(2).run(call).unwrap();
    threads.sort();
    threads.dedup();
    assert!(threads.len() < 20, "{threads:?}");
}

/// Lets go of tasks that do not listen when the test is over, whatever its end.
struct LetGo(&'static AtomicBool);

impl Drop for LetGo {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

static STUCK: AtomicU32 = AtomicU32::new(0);
static NOT_STUCK: AtomicBool = AtomicBool::new(false);

fn stick() {
    STUCK.fetch_add(1, Ordering::AcqRel);
    while !NOT_STUCK.load(Ordering::Acquire) {
        thread::sleep(Duration::from_millis(1));
    }
}

#[task(timeout = "1ms", retries = 1)]
fn stuck_element(_x: i64) {
    stick();
}

#[workflow]
fn many_stuck(xs: Vec<i64>) {
    let _values = xs.map(|x| stuck_element(x)).min_successes(0);
}

#[task]
fn runs_stuck(xs: Vec<i64>) -> Result<(), RunError> {
    for x in xs {
        // What becomes of it is of no interest here.
        drop(stuck_element::run(x));
    }
    Ok(())
}

/// The attempts that are left behind are those of the run and of the runs inside of its tasks, and retries and maps
/// that tolerate failures are no way around the limit.
#[test]
fn a_run_fails_that_leaves_too_many_threads_behind() {
    let _let_go = LetGo(&NOT_STUCK);
    let runner = Runner::local().jobs(2).max_abandoned_threads(5);
    let error = runner
        .run(many_stuck::call((0..300).collect()))
        .unwrap_err();
    let text = error.to_string();
    assert!(
        matches!(&error, RunError::TooManyAbandoned { most: 5, task, .. } if task.ends_with("stuck_element")),
        "{text}"
    );
    assert!(text.contains("--isolate") && text.contains("n0["), "{text}");
    let stuck = STUCK.load(Ordering::Acquire);
    assert!((6..=10).contains(&stuck), "{stuck}");

    // Each run inside leaves two attempts behind; those that begin when there are too many leave one.
    runner.run(runs_stuck::call((0..20).collect())).unwrap();
    let stuck = STUCK.load(Ordering::Acquire) - stuck;
    assert!((20..=30).contains(&stuck), "{stuck}");
}

static ENDED: AtomicU32 = AtomicU32::new(0);

/// Counts when it is dropped, which is behind the end of the attempt.
struct Counted;

impl Drop for Counted {
    fn drop(&mut self) {
        ENDED.fetch_add(1, Ordering::AcqRel);
    }
}

#[task(timeout = "10s", retries = 20)]
fn listens_late(x: i64) -> Result<i64, String> {
    if attempt() == 20 {
        return Ok(x);
    }
    let _counted = Counted;
    block();
    Err("late".to_owned())
}

#[test]
fn a_thread_that_was_left_behind_and_has_ended_counts_no_longer() {
    let clock = still();
    let test = TestContext::new().clock(clock.clone());
    let runner = Runner::local().max_abandoned_threads(3);
    let run = thread::spawn(move || test.run(|| runner.run(listens_late::call(7))));
    for attempt in 0..20 {
        clock.wait_for_timers(1);
        while ENDED.load(Ordering::Acquire) < attempt {
            thread::sleep(Duration::from_millis(1));
        }
        clock.advance(SECOND * 10);
    }
    assert_eq!(run.join().unwrap().unwrap(), 7);
}

#[task(timeout = "1h")]
fn nests(depth: i64) -> Result<i64, RunError> {
    match depth {
        0 => Ok(0),
        _ => Ok(1 + nest_in_workflow::run(depth - 1)?),
    }
}

#[workflow]
fn nest_in_workflow(depth: i64) -> i64 {
    plain(nests(plain(depth)))
}

/// Each level is on another thread, and all have one permit.
#[test]
fn attempts_with_a_limit_run_inside_of_one_another() {
    for jobs in [1, 2] {
        let runner = Runner::local().jobs(jobs);
        assert_eq!(runner.run(nest_in_workflow::call(60)).unwrap(), 60);
    }
}

#[task(timeout = "10s")]
fn waits_for_an_inner_run() -> Result<i64, RunError> {
    stops_with_the_task_around::run(1)
}

static INNER: AtomicU32 = AtomicU32::new(0);

#[task]
fn stops_with_the_task_around(x: i64) -> Result<i64, String> {
    INNER.fetch_add(1, Ordering::AcqRel);
    block();
    INNER.fetch_add(1, Ordering::AcqRel);
    Err(x.to_string())
}

/// The run inside ends with the attempt, which is late, and its thread is free again.
#[test]
fn a_run_inside_of_an_attempt_ends_when_the_time_of_the_attempt_is_over() {
    let clock = still();
    let test = TestContext::new().clock(clock.clone());
    let run = thread::spawn(move || test.run(waits_for_an_inner_run::run));
    clock.wait_for_timers(1);
    while INNER.load(Ordering::Acquire) < 1 {
        thread::sleep(Duration::from_millis(1));
    }
    clock.advance(SECOND * 10);
    let failed = failure(run.join().unwrap());
    assert_eq!(limit(&failed.first.cause), TimeLimit::Attempt);
    while INNER.load(Ordering::Acquire) < 2 {
        thread::sleep(Duration::from_millis(1));
    }
}

#[task]
fn sleeps_sync() {
    thread::sleep(SECOND * 2);
}

#[task]
fn listens() -> Result<(), String> {
    block();
    Err("stopped".to_owned())
}

#[task]
async fn sleeps_async() {
    std::future::pending::<()>().await;
}

#[workflow]
fn all_sleep() {
    sleeps_async();
    listens();
}

#[test]
fn a_run_ends_by_its_deadline() {
    let runner = Runner::local().deadline(Duration::from_millis(5)).jobs(2);
    let timed_out = |result: Result<(), RunError>| match result.unwrap_err() {
        RunError::TimedOut { after, .. } => assert_eq!(after, Duration::from_millis(5)),
        other => panic!("{other}"),
    };
    timed_out(runner.run(all_sleep::call()));
    let before = Instant::now();
    timed_out(runner.run(sleeps_sync::call()));
    assert!(before.elapsed() < SECOND * 2, "the thread was waited for");
    assert_eq!(
        runner
            .clone()
            .deadline(SECOND * 60)
            .run(plain::call(1))
            .unwrap(),
        1
    );
}

#[tokio::test]
async fn a_started_run_ends_by_its_deadline() {
    let runner = Runner::local().deadline(Duration::from_millis(5));
    let error = runner.start(sleeps_async::call()).await.unwrap_err();
    assert!(matches!(error, RunError::TimedOut { .. }), "{error}");
}
