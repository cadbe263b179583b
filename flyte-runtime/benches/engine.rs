//! The engine beside tokio on the same machine in the same run: a chain and a fan-out of 1 000 tasks that do nothing.
//!
//! `cargo bench -p flyte-runtime --bench engine` prints the median time of a whole graph; divide by 1 000 for a task.
//! An element of a map with a `timeout` costs at most 5 µs more than one without (`map_of_20_000`).

#![allow(missing_docs, reason = "a benchmark has no users")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use divan::{Bencher, counter::ItemsCount};
use flyte_runtime::{graph::conditional, prelude::*};

const TASKS: usize = 1_000;
const BRANCHES: usize = 100;

fn main() {
    divan::main();
}

#[task]
fn add_one(x: i64) -> i64 {
    black_box(x) + 1
}

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[task]
async fn add_one_async(x: i64) -> i64 {
    black_box(x) + 1
}

#[workflow]
fn chain(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..TASKS {
        x = add_one(x);
    }
    x
}

/// Branches one after the other, each with eleven cases, of which the last one runs.
#[workflow]
fn branches(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..BRANCHES {
        let mut cases = conditional("first").if_(x.lt(0)).then(|| add_one(x));
        for limit in 1..10 {
            cases = cases.elif_(x.eq(-limit)).then(|| add_one(x));
        }
        x = cases.else_().then(|| add_one(x));
    }
    x
}

#[workflow]
fn chain_async(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..TASKS {
        x = add_one_async(x);
    }
    x
}

#[workflow]
fn fan_out(x: i64) -> i64 {
    let mut all = vec![];
    for _ in 0..TASKS {
        all.push(add_one(x));
    }
    sum(all)
}

/// As many elements as a fan-out has tasks, and a million.
#[workflow]
fn map(xs: Vec<i64>) -> Vec<i64> {
    xs.map(add_one)
}

#[task]
fn nap(_x: i64) {
    std::thread::sleep(Duration::from_millis(200));
}

#[workflow]
fn four_naps(x: i64) {
    for _ in 0..4 {
        nap(x);
    }
}

#[task(timeout = "1h")]
fn add_one_in_time(x: i64) -> i64 {
    black_box(x) + 1
}

#[workflow]
fn map_in_time(xs: Vec<i64>) -> Vec<i64> {
    xs.map(add_one_in_time)
}

/// With a time limit on each element and without, and a tokio task for each, in one group.
mod map_of_20_000 {
    use super::{Bencher, ItemsCount, Runner, black_box, map, map_in_time, tokio_runtime};

    const ELEMENTS: i64 = 20_000;

    macro_rules! of {
        ($name:ident, $workflow:ident, $runner:expr) => {
            #[divan::bench(sample_count = 20)]
            fn $name(bencher: Bencher) {
                let (xs, runner) = ((0..ELEMENTS).collect::<Vec<_>>(), $runner);
                bencher
                    .counter(ItemsCount::new(xs.len()))
                    .with_inputs(|| $workflow::call(xs.clone()))
                    .bench_values(|call| runner.run(call));
            }
        };
    }

    of!(without_timeout_all_jobs, map, Runner::local());
    of!(without_timeout_one_job, map, Runner::local().jobs(1));
    of!(with_timeout_all_jobs, map_in_time, Runner::local());
    of!(with_timeout_one_job, map_in_time, Runner::local().jobs(1));

    #[divan::bench(sample_count = 20)]
    fn tokio_spawn_join(bencher: Bencher) {
        let runtime = tokio_runtime();
        bencher
            .counter(ItemsCount::new(ELEMENTS as usize))
            .bench(|| {
                runtime.block_on(async {
                    let tasks: Vec<_> = (0..ELEMENTS)
                        .map(|x| tokio::spawn(async move { black_box(x) + 1 }))
                        .collect();
                    let mut results = Vec::with_capacity(tasks.len());
                    for task in tasks {
                        results.push(task.await);
                    }
                    results
                })
            });
    }
}

/// A run of one task with a time limit: the thread that starts it leaves the attempt to a helper.
#[divan::bench]
fn one_task_with_timeout_engine(bencher: Bencher) {
    bencher.bench(|| add_one_in_time::run(black_box(1)));
}

#[divan::bench]
fn one_task_engine(bencher: Bencher) {
    bencher.bench(|| add_one::run(black_box(1)));
}

fn map_engine(bencher: Bencher, elements: usize, jobs: Option<usize>) {
    let xs: Vec<i64> = (0..elements as i64).collect();
    let runner = jobs.map_or_else(Runner::local, |jobs| Runner::local().jobs(jobs));
    bencher
        .counter(ItemsCount::new(elements))
        .with_inputs(|| map::call(xs.clone()))
        .bench_values(|call| runner.run(call));
}

#[divan::bench(args = [TASKS, 1_000_000], sample_count = 20)]
fn map_engine_all_jobs(bencher: Bencher, elements: usize) {
    map_engine(bencher, elements, None);
}

#[divan::bench(args = [TASKS, 1_000_000], sample_count = 20)]
fn map_engine_one_job(bencher: Bencher, elements: usize) {
    map_engine(bencher, elements, Some(1));
}

/// The control: a tokio task for each element, joined in order.
#[divan::bench(args = [TASKS, 1_000_000], sample_count = 20)]
fn map_tokio_spawn_join(bencher: Bencher, elements: usize) {
    let runtime = tokio_runtime();
    bencher.counter(ItemsCount::new(elements)).bench(|| {
        runtime.block_on(async {
            let tasks: Vec<_> = (0..elements as i64)
                .map(|x| tokio::spawn(async move { black_box(x) + 1 }))
                .collect();
            let mut results = Vec::with_capacity(elements);
            for task in tasks {
                results.push(task.await);
            }
            results
        })
    });
}

#[divan::bench]
fn chain_engine(bencher: Bencher) {
    assert_eq!(chain(1).expect("it runs"), 1 + TASKS as i64);
    bencher
        .counter(ItemsCount::new(TASKS))
        .bench(|| chain(black_box(1)));
}

#[divan::bench]
fn branch_of_eleven_cases_engine(bencher: Bencher) {
    assert_eq!(branches(1).expect("it runs"), 1 + BRANCHES as i64);
    bencher
        .counter(ItemsCount::new(BRANCHES))
        .bench(|| branches(black_box(1)));
}

#[divan::bench]
fn chain_engine_async_tasks(bencher: Bencher) {
    assert_eq!(chain_async(1).expect("it runs"), 1 + TASKS as i64);
    bencher
        .counter(ItemsCount::new(TASKS))
        .bench(|| chain_async(black_box(1)));
}

fn tokio_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .build()
        .expect("a runtime")
}

#[divan::bench]
fn chain_tokio_spawn_await(bencher: Bencher) {
    let runtime = tokio_runtime();
    bencher.counter(ItemsCount::new(TASKS)).bench(|| {
        // From a spawned task, so that a worker thread does the spawning.
        runtime.block_on(async {
            tokio::spawn(async {
                let mut x = black_box(1);
                for _ in 0..TASKS {
                    x = tokio::spawn(async move { black_box(x) + 1 })
                        .await
                        .expect("no panic");
                }
                x
            })
            .await
        })
    });
}

#[divan::bench]
fn fan_out_engine(bencher: Bencher) {
    assert_eq!(fan_out(1).expect("it runs"), 2 * TASKS as i64);
    bencher
        .counter(ItemsCount::new(TASKS))
        .bench(|| fan_out(black_box(1)));
}

#[divan::bench]
fn fan_out_engine_one_job(bencher: Bencher) {
    let runner = Runner::local().jobs(1);
    bencher
        .counter(ItemsCount::new(TASKS))
        .bench(|| runner.run(fan_out::call(black_box(1))));
}

#[divan::bench]
fn fan_out_tokio_spawn_join(bencher: Bencher) {
    let runtime = tokio_runtime();
    bencher.counter(ItemsCount::new(TASKS)).bench(|| {
        runtime.block_on(async {
            tokio::spawn(async {
                let tasks: Vec<_> = (0..TASKS as i64)
                    .map(|x| tokio::spawn(async move { black_box(x) + 1 }))
                    .collect();
                let mut sum = 0;
                for task in tasks {
                    sum += task.await.expect("no panic");
                }
                sum
            })
            .await
        })
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn four_naps_of_200_ms_with_four_jobs() {
    Runner::local()
        .jobs(4)
        .run(four_naps::call(1))
        .expect("it runs");
}

const STEP: Duration = Duration::from_millis(50);

#[task]
fn sleeps(x: i64) -> i64 {
    std::thread::sleep(STEP);
    x
}

#[task]
async fn sleeps_async(x: i64) -> i64 {
    tokio::time::sleep(STEP).await;
    x
}

/// As long as a step, and busy.
#[task]
fn computes(x: i64) -> i64 {
    let end = Instant::now() + STEP;
    let mut sum = x;
    while Instant::now() < end {
        sum = black_box(sum).wrapping_mul(31);
    }
    black_box(sum);
    x
}

/// Three steps, one after the other, of each kind in each place; with four jobs all chains run at once.
#[workflow]
fn mixed(x: i64) {
    computes(sleeps(sleeps_async(x)));
    sleeps(sleeps_async(computes(x)));
    sleeps_async(sleeps(sleeps(x)));
    sleeps_async(sleeps_async(sleeps_async(x)));
}

/// At most 1.1 times the control: the longest chain.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn mixed_engine_with_four_jobs() {
    Runner::local()
        .jobs(4)
        .run(mixed::call(1))
        .expect("it runs");
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn mixed_critical_path() {
    std::thread::sleep(STEP);
    computes(1);
    std::thread::sleep(STEP);
}
