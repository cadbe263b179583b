//! What being observed, being recorded and being resumed cost a chain of 1 000 tasks that do nothing, and a long one of 10 000, beside
//! as many plain writes to a file.
//!
//! `cargo bench -p flyte-runtime --bench history` prints the median time of a whole chain; divide by its length for a task.

#![allow(missing_docs, reason = "a benchmark has no users")]

use std::{
    fs::{self, OpenOptions},
    hint::black_box,
    io::Write as _,
    path::PathBuf,
};

use divan::{Bencher, counter::ItemsCount};
use flyte_runtime::{
    cli::{Cli, Exit},
    compat::FlyteEntities,
    events::Event,
    files::TempSandbox,
    history::History,
    prelude::*,
};

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
    assert_eq!(runner.run(call.clone()).expect("it runs"), 1 + TASKS as i64);
    bencher
        .counter(ItemsCount::new(TASKS))
        .bench(|| runner.run(black_box(call.clone())));
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

/// All tasks are known.
#[divan::bench]
fn chain_resumed(bencher: Bencher) {
    let directory = TempSandbox::new();
    let history = History::in_dir(directory.path());
    let runner = Runner::local().history(&history);
    let call = chain::call(1);
    let run = Ended::early(&history, &runner, &call);
    bencher
        .counter(ItemsCount::new(TASKS))
        .with_inputs(|| run.restore())
        .bench_values(|()| runner.clone().resume("last").run(call.clone()));
}

const LONG: usize = 10_000;

#[workflow]
fn long_chain(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..LONG {
        x = add_one(x);
    }
    x
}

#[divan::bench]
fn long_chain_recorded(bencher: Bencher) {
    let directory = TempSandbox::new();
    let history = History::in_dir(directory.path());
    let (runner, call) = (Runner::local().history(&history), long_chain::call(1));
    runner.run(call.clone()).expect("it runs");
    bencher
        .counter(ItemsCount::new(LONG))
        .bench(|| runner.run(black_box(call.clone())));
}

#[divan::bench]
fn long_chain_resumed(bencher: Bencher) {
    let directory = TempSandbox::new();
    let history = History::in_dir(directory.path());
    let (runner, call) = (Runner::local().history(&history), long_chain::call(1));
    let run = Ended::early(&history, &runner, &call);
    bencher
        .counter(ItemsCount::new(LONG))
        .with_inputs(|| run.restore())
        .bench_values(|()| runner.clone().resume("last").run(call.clone()));
}

/// As `run --resume last` does it, which finds what was run, and its inputs, in the history.
#[divan::bench]
fn long_chain_resumed_by_command(bencher: Bencher) {
    let directory = TempSandbox::new();
    let history = History::in_dir(directory.path());
    let runner = Runner::local().history(&history);
    let run = Ended::early(&history, &runner, &long_chain::call(1));
    let cli = Cli::new(FlyteEntities::registry()).history(&history);
    bencher
        .counter(ItemsCount::new(LONG))
        .with_inputs(|| run.restore())
        .bench_values(|()| {
            let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
            let exit = cli.run(
                ["bench", "run", "--resume", "last"],
                &mut stdout,
                &mut stderr,
            );
            assert_eq!(exit, Exit::Success, "{}", String::from_utf8_lossy(&stderr));
        });
}

#[workflow]
fn inner(x: i64) -> i64 {
    add_one(x)
}

#[workflow]
fn chain_of_workflows(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..TASKS {
        x = inner(x);
    }
    x
}

/// Nodes with nodes inside are gone through again.
#[divan::bench]
fn chain_of_workflows_resumed(bencher: Bencher) {
    let directory = TempSandbox::new();
    let history = History::in_dir(directory.path());
    let (runner, call) = (
        Runner::local().history(&history),
        chain_of_workflows::call(1),
    );
    let run = Ended::early(&history, &runner, &call);
    bencher
        .counter(ItemsCount::new(TASKS))
        .with_inputs(|| run.restore())
        .bench_values(|()| runner.clone().resume("last").run(call.clone()));
}

/// The log of a run without its end, as a process leaves it that is killed in its last moment.
struct Ended {
    log: PathBuf,
    bytes: Vec<u8>,
}

impl Ended {
    fn early<E: Entity>(history: &History, runner: &Runner, call: &Call<E>) -> Self {
        runner.run(call.clone()).expect("it runs");
        let run = history.run("last").expect("it is recorded");
        let log = run.directory().join("log");
        let mut bytes = fs::read(&log).expect("it is there");
        bytes.truncate(bytes.len() - 100);
        Self { log, bytes }
    }

    fn restore(&self) {
        fs::write(&self.log, &self.bytes).expect("it is written");
    }
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
