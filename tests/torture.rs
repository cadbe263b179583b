//! Many runs of workflows in which everything goes wrong: the process lives, and nothing is left of them.
//!
//! A tenth of the rounds by default; `FLYTE_TEST_ROUNDS=1000 cargo test -p flyte-tests --test torture` runs all.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    env,
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use flyte_runtime::{CancellationToken, compat::current_context, is_cancelled, prelude::*};

/// What is alive of the values that tasks hand on.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

/// Something that is held while a task runs.
struct Held;

impl Held {
    fn new() -> Self {
        ALIVE.fetch_add(1, Ordering::AcqRel);
        Self
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What a task does, by the digit that it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Works,
    Fails,
    Panics,
    TakesTooLong,
    WritesFile,
    FailsOnce,
}

fn act(code: i64) -> Act {
    match code % 10 {
        0 => Act::Fails,
        1 => Act::Panics,
        2 => Act::TakesTooLong,
        3 => Act::WritesFile,
        4 | 5 => Act::FailsOnce,
        _ => Act::Works,
    }
}

fn first() -> bool {
    ctx().unwrap().attempt_number() == 0
}

fn write_file() -> anyhow::Result<()> {
    let context = current_context();
    std::fs::write(context.working_directory()?.join("file"), "x")?;
    Ok(())
}

#[task(retries(count = 1, backoff = "1ms", jitter), timeout = "10ms")]
fn sync_step(code: i64, before: i64) -> anyhow::Result<i64> {
    let _held = Held::new();
    match act(code) {
        Act::Fails => anyhow::bail!("failed"),
        Act::Panics => panic!("panicked"),
        Act::TakesTooLong => {
            while !is_cancelled() {
                thread::sleep(Duration::from_millis(1));
            }
            write_file().ok();
        }
        Act::WritesFile => write_file()?,
        Act::FailsOnce => anyhow::ensure!(!first(), "failed once"),
        Act::Works => {}
    }
    Ok(before + 1)
}

#[task(retries(count = 1, backoff = "1ms"), timeout = "10ms")]
async fn async_step(code: i64, before: i64) -> anyhow::Result<i64> {
    let _held = Held::new();
    match act(code) {
        Act::Fails => anyhow::bail!("failed"),
        Act::Panics => {
            tokio::task::yield_now().await;
            panic!("panicked")
        }
        Act::TakesTooLong => std::future::pending::<()>().await,
        Act::WritesFile => write_file()?,
        Act::FailsOnce => anyhow::ensure!(!first(), "failed once"),
        Act::Works => tokio::task::yield_now().await,
    }
    Ok(before + 1)
}

#[task]
fn inside(code: i64, before: i64) -> Result<i64, RunError> {
    let _held = Held::new();
    async_step::run(code, before)
}

#[workflow]
fn steps(codes: Vec<i64>, zero: i64) -> (i64, Vec<i64>) {
    let first = sync_step(codes.at(0), zero);
    let second = async_step(codes.at(1), first);
    let third = inside(codes.at(2), second);
    let rest = codes.map(|code| sync_step(code, zero));
    (third, rest)
}

/// Whether a task with this code gives its output in the end.
fn succeeds(code: i64) -> bool {
    !matches!(act(code), Act::Fails | Act::Panics | Act::TakesTooLong)
}

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(1, Iterator::count)
}

fn files() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

/// Waits until something is true.
fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let before = Instant::now();
    while !is_so() {
        assert!(before.elapsed() < Duration::from_secs(30), "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// One run with random codes; a tenth of them is cancelled on the way, and a tenth has no time.
fn round(random: u64) {
    let codes: Vec<i64> = (0..6)
        .map(|at| (random >> (8 * at) & 0xff) as i64)
        .collect();
    let mut runner = Runner::local().jobs(1 + random as usize % 4);
    let token = CancellationToken::new();
    let how = random >> 56;
    if how < 26 {
        runner = runner.cancellation(&token);
        let token = token.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(how % 8));
            token.cancel();
        });
    } else if how < 52 {
        runner = runner.deadline(Duration::from_millis(1 + how % 8));
    }
    // Calls of three codes a chain, of all codes a map: whatever comes first decides.
    let all_succeed = codes.iter().all(|&code| succeeds(code));
    match runner.run(steps::call(codes.clone(), 0)) {
        Ok((third, rest)) => {
            assert!(all_succeed, "{codes:?} succeeded");
            assert_eq!((third, rest), (3, vec![1; 6]));
        }
        // A slow machine may find a task that yields once too slow.
        Err(RunError::Failed(failure)) => {
            let is_late = failure.to_string().contains("timed out");
            assert!(!all_succeed || is_late, "{codes:?}: {failure}");
        }
        Err(RunError::Cancelled { .. }) => assert!(how < 26),
        Err(RunError::TimedOut { .. }) => assert!((26..52).contains(&how)),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn runs_in_which_everything_goes_wrong_leave_nothing_behind() {
    let rounds = env::var("FLYTE_TEST_ROUNDS").map_or(100, |rounds| rounds.parse().unwrap());
    // What the engine keeps for good is there after a run that nobody stops and in which an async
    // task waits: its runtime with the files of its driver, its hooks.
    round(0xff00_0606_0606_0606);
    let before = (threads(), files());
    let seeds = RandomState::new();
    for number in 0..rounds {
        round(seeds.hash_one(number));
    }
    eventually("values are still alive", || {
        ALIVE.load(Ordering::Acquire) == 0
    });
    // Threads stay for ten seconds without work, so there may be some, but not one for each run.
    eventually("threads are left", || threads() <= before.0 + 24);
    eventually("files are open", || files() <= before.1);
    // And the process still works.
    let mut good = 0;
    for _ in 0..10 {
        good += usize::from(steps(vec![6; 3], 0).is_ok());
    }
    assert!(good > 0);
}
