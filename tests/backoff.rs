//! Waits between attempts: how long they are, what they cost, and whose clock they are on.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    sync::Mutex,
    time::{Duration, SystemTime},
};

use flyte_runtime::{
    error::RunFailure,
    prelude::*,
    testing::{ManualClock, TestContext},
};

fn attempt() -> u32 {
    ctx().unwrap().attempt_number()
}

fn failure<T: std::fmt::Debug>(result: Result<T, RunError>) -> RunFailure {
    match result.unwrap_err() {
        RunError::Failed(failure) => *failure,
        other => panic!("{other}"),
    }
}

/// What the attempts of a task saw on the clock.
static SEEN: Mutex<Vec<(String, u64)>> = Mutex::new(Vec::new());

fn seconds(clock: &ManualClock) -> u64 {
    let since = clock.now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    since.as_secs()
}

fn note(name: &str) {
    let clock = CLOCKS.lock().unwrap();
    let clock = clock.iter().find(|(of, _)| of == name).unwrap();
    SEEN.lock()
        .unwrap()
        .push((name.to_owned(), seconds(&clock.1)));
}

fn noted(name: &str) -> Vec<u64> {
    let seen = SEEN.lock().unwrap();
    let seen = seen.iter().filter(|(of, _)| of == name);
    seen.map(|(_, at)| *at).collect()
}

static CLOCKS: Mutex<Vec<(String, ManualClock)>> = Mutex::new(Vec::new());

fn clock_of(name: &str, clock: &ManualClock) {
    CLOCKS
        .lock()
        .unwrap()
        .push((name.to_owned(), clock.clone()));
}

#[task(retries(count = 5, backoff = "1s", factor = 3.0, cap = "10s"))]
fn waits(name: String) -> Result<(), String> {
    note(&name);
    Err("not yet".into())
}

#[task(retries(count = 5, backoff = "1s", factor = 3.0, cap = "10s"))]
async fn waits_async(name: String) -> Result<(), String> {
    note(&name);
    Err("not yet".into())
}

/// The clock of the test shows the waits, and nobody has waited.
#[test]
fn waits_between_attempts_grow_up_to_their_cap() {
    let run = |name: &str, wait: fn(String) -> Result<(), RunError>| {
        let clock = ManualClock::from(SystemTime::UNIX_EPOCH);
        clock_of(name, &clock);
        let failed = TestContext::new()
            .clock(clock)
            .run(|| wait(name.to_owned()));
        assert_eq!(failure(failed).first.attempt, 5);
        assert_eq!(noted(name), [0, 1, 4, 13, 23, 33]);
    };
    run("sync", waits::run);
    run("async", waits_async::run);
}

/// On a clock that stands still an attempt waits for its turn until the clock is moved.
#[test]
fn an_attempt_waits_until_it_is_its_turn() {
    for name in ["still", "still async"] {
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        clock_of(name, &clock);
        let test = TestContext::new().clock(clock.clone());
        let run = std::thread::spawn(move || {
            test.run(|| match name {
                "still" => waits::run(name.to_owned()),
                _ => waits_async::run(name.to_owned()),
            })
        });
        for wait in [1, 3, 9, 10, 10] {
            clock.wait_for_timers(1);
            clock.advance(Duration::from_secs(wait - 1));
            clock.advance(Duration::from_secs(1));
        }
        assert_eq!(failure(run.join().unwrap()).first.attempt, 5);
        assert_eq!(noted(name), [0, 1, 4, 13, 23, 33]);
    }
}

#[task(retries(count = 1, backoff = "1s"))]
fn second_time(number: i64) -> Result<i64, String> {
    if attempt() == 0 {
        Err("first".into())
    } else {
        Ok(number)
    }
}

#[workflow]
fn all_second(numbers: Vec<i64>) -> Vec<i64> {
    numbers.map(|number| second_time(number))
}

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

/// Waiting costs neither a thread nor a place of a worker: all elements wait at once, though only two may run.
#[test]
fn attempts_wait_without_threads() {
    const COUNT: i64 = 20_000;
    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let test = TestContext::new().strict(false).clock(clock.clone());
    let run = std::thread::spawn(move || {
        let call = all_second::call((0..COUNT).collect());
        test.run(|| Runner::local().jobs(2).run(call.clone()))
    });
    clock.wait_for_timers(COUNT as usize);
    assert!(threads() < 100, "{} threads", threads());
    clock.advance(Duration::from_secs(1));
    let given = run.join().unwrap().unwrap();
    assert_eq!(given, (0..COUNT).collect::<Vec<_>>());
}

#[dynamic(retries(count = 2, backoff = "1m"))]
fn built_second(number: i64) -> i64 {
    assert!((attempt)() > 1, "not built yet");
    third_time_number(number)
}

#[task]
fn third_time_number(number: i64) -> i64 {
    number * 3
}

#[test]
fn a_dynamic_task_waits_before_it_builds_again() {
    let clock = ManualClock::from(SystemTime::UNIX_EPOCH);
    let test = TestContext::new().clock(clock.clone());
    assert_eq!(test.run(|| built_second::run(2)).unwrap(), 6);
    assert_eq!(seconds(&clock), 180);
}

#[task(retries = 1)]
fn overridden(name: String) -> Result<(), String> {
    note(&name);
    Err("never".into())
}

#[workflow]
fn overrides(name: String) {
    let backoff = flyte_runtime::compat::options::Backoff::new(Duration::from_secs(7));
    overridden(name).with_overrides(|o| o.retries(2).backoff(backoff));
}

#[test]
fn a_node_may_wait_otherwise_than_its_task() {
    let clock = ManualClock::from(SystemTime::UNIX_EPOCH);
    clock_of("overridden", &clock);
    let test = TestContext::new().clock(clock);
    test.run(|| overrides("overridden".to_owned())).unwrap_err();
    assert_eq!(noted("overridden"), [0, 7, 21]);
}

#[task(retries(count = 3, backoff = "8s", jitter))]
fn jittered(name: String) -> Result<(), String> {
    note(&name);
    Err("never".into())
}

#[test]
fn jitter_is_the_same_for_the_same_seed() {
    let waits = |name: &str, seed| {
        let clock = ManualClock::from(SystemTime::UNIX_EPOCH);
        clock_of(name, &clock);
        let test = TestContext::new().clock(clock).seed(seed);
        test.run(|| jittered::run(name.to_owned())).unwrap_err();
        let at = noted(name);
        let waits: Vec<_> = at.windows(2).map(|two| two[1] - two[0]).collect();
        for (wait, most) in waits.iter().zip([8, 16, 32]) {
            assert!((most / 2 - 1..=most).contains(wait), "{waits:?}");
        }
        waits
    };
    let all = [waits("j1", 1), waits("j1 again", 1), waits("j2", 2)];
    assert_eq!(all[0], all[1]);
    assert_ne!(all[0], all[2]);
}

#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn jittered_twice(first: String, second: String) {
    jittered(first);
    jittered(second);
}

/// Else all that fail at once would come back at once.
#[test]
fn jitter_is_another_for_each_node() {
    let clock = ManualClock::from(SystemTime::UNIX_EPOCH);
    clock_of("first of two", &clock);
    clock_of("second of two", &clock);
    let test = TestContext::new().clock(clock).seed(1);
    test.run(|| {
        let call = jittered_twice::call("first of two".into(), "second of two".into());
        let runner = Runner::local().jobs(1);
        runner.run(call).unwrap_err();
    });
    let waits = |name: &str| {
        let at = noted(name);
        at.windows(2).map(|two| two[1] - two[0]).collect::<Vec<_>>()
    };
    assert_ne!(waits("first of two"), waits("second of two"));
}

/// Nothing is waited for in a test, unless it brings a clock that stands still.
#[test]
fn a_test_does_not_wait() {
    #[task(retries(count = 2, backoff = "1d"))]
    fn impatient() -> Result<(), String> {
        Err("never".into())
    }
    let failed = failure(TestContext::new().run(impatient::run));
    assert_eq!(failed.first.attempt, 2);
}

#[task(retries(count = 1, backoff = "20ms"))]
fn really_waits() -> Result<u32, String> {
    match attempt() {
        0 => Err("first".into()),
        number => Ok(number),
    }
}

#[test]
fn without_a_test_around_the_time_is_the_worlds() {
    let before = std::time::Instant::now();
    assert_eq!(really_waits::run().unwrap(), 1);
    assert!(before.elapsed() >= Duration::from_millis(20));
    // With one job, too, where nobody else would look at the clock.
    let call = really_waits::call();
    assert_eq!(Runner::local().jobs(1).run(call).unwrap(), 1);
}
