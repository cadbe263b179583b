//! What being observed and being recorded cost a chain of 1 000 tasks that do nothing, beside as many plain writes to a file.
//!
//! `cargo bench -p flyte-runtime --bench history` prints the median time of a whole chain; divide by 1 000 for a task.

#![allow(missing_docs, reason = "a benchmark has no users")]

use std::{fs::OpenOptions, hint::black_box, io::Write as _};

use divan::{Bencher, counter::ItemsCount};
use flyte_runtime::{data::TempSandbox, events::Event, history::History, prelude::*};

const TASKS: usize = 1_000;

fn main() {
    divan::main();
}

#[task]
fn add_one(x: i64) -> i64 {
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

fn bench(bencher: Bencher, runner: &Runner) {
    let call = chain::call(1);
    assert_eq!(runner.run(&call).expect("it runs"), 1 + TASKS as i64);
    bencher
        .counter(ItemsCount::new(TASKS))
        .bench(|| runner.run(black_box(&call)));
}

#[divan::bench]
fn chain_alone(bencher: Bencher) {
    bench(bencher, &Runner::local());
}

#[divan::bench]
fn chain_observed(bencher: Bencher) {
    let observer = |event: &Event| {
        black_box(event);
    };
    bench(bencher, &Runner::local().observe(observer));
}

#[divan::bench]
fn chain_recorded(bencher: Bencher) {
    let directory = TempSandbox::new();
    let history = History::in_dir(directory.path());
    bench(bencher, &Runner::local().history(&history));
}

/// All but the first task are known.
#[divan::bench]
fn chain_resumed(bencher: Bencher) {
    let directory = TempSandbox::new();
    let history = History::in_dir(directory.path());
    let runner = Runner::local().history(&history);
    runner.run(&chain::call(1)).expect("it runs");
    let run = history.run("last").expect("it is recorded");
    let log = run.directory().join("log");
    // Without the end of the run, which would be all there is to know.
    let bytes = std::fs::read(&log).expect("it is there");
    let bytes = &bytes[..bytes.len() - 100];
    bencher
        .counter(ItemsCount::new(TASKS))
        .with_inputs(|| std::fs::write(&log, bytes))
        .bench_values(|written| {
            written.expect("it is written");
            runner.clone().resume("last").run(&chain::call(1))
        });
}

/// Two records of a task, each about as long as those of a run.
#[divan::bench]
fn plain_writes(bencher: Bencher) {
    let directory = TempSandbox::new();
    let directory = directory.create().expect("it is made");
    let record = [b'x'; 330];
    bencher.counter(ItemsCount::new(TASKS)).bench(|| {
        let path = directory.join("plain");
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .expect("it is there");
        for _ in 0..2 * TASKS {
            file.write_all(black_box(&record)).expect("it is written");
        }
        file.sync_data()
    });
}
