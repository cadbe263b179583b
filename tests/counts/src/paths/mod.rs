//! The paths that are counted.
//!
//! A path is a closure that does a fixed number of operations, and a number of times that it is called. It does the
//! same work each time: what it needs is made beforehand, runs have one job, and nothing waits for the time.

mod engine;
mod kept;
mod long;
mod tasks;
mod values;

use flyte_runtime::prelude::*;

/// A hot path of the SDK.
pub(crate) struct HotPath {
    pub(crate) name: &'static str,
    /// What is counted as one operation.
    pub(crate) operation: &'static str,
    /// How many of them one round does.
    pub(crate) each: u64,
    /// How many rounds are counted.
    pub(crate) rounds: u64,
    /// Makes what the rounds need, and gives the round.
    pub(crate) prepare: fn() -> Box<dyn FnMut()>,
}

/// All paths.
pub(crate) fn all() -> Vec<HotPath> {
    let mut all = Vec::new();
    all.extend(engine::PATHS);
    all.extend(kept::PATHS);
    all.extend(long::PATHS);
    all.extend(tasks::PATHS);
    all.extend(values::PATHS);
    all.sort_by_key(|path| path.name);
    all
}

/// A runner with one job, which does everything in one order.
fn runner() -> Runner {
    Runner::local().jobs(1)
}

/// Runs a call again and again with this runner.
fn runs<E: Entity>(runner: Runner, call: Call<E>) -> Box<dyn FnMut()>
where
    Call<E>: 'static,
{
    Box::new(move || drop(runner.run(call.clone()).expect("it runs")))
}

#[task]
fn add_one(x: i64) -> i64 {
    std::hint::black_box(x) + 1
}

/// How many tasks a chain has.
const TASKS: u64 = 1_000;

#[workflow]
fn chain(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..TASKS {
        x = add_one(x);
    }
    x
}
