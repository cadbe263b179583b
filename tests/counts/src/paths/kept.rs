//! What is kept in files: the cache, checkpoints, histories.

use std::{fs, hint::black_box};

use flyte_runtime::{
    cache::{Cache, CacheMode},
    checkpoint::{Checkpoint, SyncCheckpoint},
    files::TempSandbox,
    history::History,
    prelude::*,
};

use super::{HotPath, TASKS, chain, runner, runs};

pub(super) const PATHS: [HotPath; 7] = [
    HotPath {
        name: "cache_hit",
        operation: "a run of one task",
        each: 1,
        rounds: 200,
        prepare: || {
            let (directory, runner) = cached();
            let call = square::call(7);
            keeping(directory, move || {
                runner.run(call.clone()).expect("it runs");
            })
        },
    },
    HotPath {
        name: "cache_hit_in_a_map",
        operation: "an element",
        each: ELEMENTS,
        rounds: 5,
        prepare: || {
            let (directory, runner) = cached();
            let call = squares::call((0..ELEMENTS as i64).collect());
            keeping(directory, move || {
                drop(runner.run(call.clone()).expect("it runs"))
            })
        },
    },
    HotPath {
        name: "cache_miss",
        operation: "a run of one task",
        each: 1,
        rounds: 200,
        prepare: || {
            let (directory, runner) = cached();
            let mut x = 1_000_000;
            keeping(directory, move || {
                x += 1;
                runner.run(square::call(x)).expect("it runs");
            })
        },
    },
    HotPath {
        name: "checkpoint_read",
        operation: "a checkpoint of 1 KiB",
        each: 1,
        rounds: 100,
        prepare: || {
            let (directory, checkpoint) = checkpoint();
            checkpoint.write(&[7; 1024]).expect("the disk takes it");
            keeping(directory, move || {
                let read = checkpoint.read().expect("it is there");
                assert_eq!(read.map_or(0, |bytes| bytes.len()), 1024);
            })
        },
    },
    HotPath {
        name: "checkpoint_write",
        operation: "a checkpoint of 1 KiB",
        each: 1,
        rounds: 50,
        prepare: || {
            let (directory, checkpoint) = checkpoint();
            keeping(directory, move || {
                let bytes = black_box([7; 1024]);
                checkpoint.write(&bytes).expect("the disk takes it");
            })
        },
    },
    HotPath {
        name: "history_record",
        operation: "a task",
        each: TASKS,
        rounds: 5,
        prepare: || {
            let (directory, history) = history();
            let run = runs(runner().history(&history), chain::call(1));
            keeping(directory, run)
        },
    },
    HotPath {
        name: "history_resume",
        operation: "a task that had ended",
        each: TASKS,
        rounds: 5,
        prepare: || {
            let (directory, history) = history();
            let (runner, call) = (runner().history(&history), chain::call(1));
            runner.run(call.clone()).expect("it runs");
            let log = history.run("last").expect("it is recorded");
            let log = log.directory().join("log");
            // Without its end, as a process leaves it that is killed in its last moment.
            let mut bytes = fs::read(&log).expect("it is there");
            bytes.truncate(bytes.len() - 100);
            keeping(directory, move || {
                fs::write(&log, &bytes).expect("the disk takes it");
                let resumed = runner.clone().resume("last").run(call.clone());
                assert_eq!(resumed.expect("it runs"), 1 + TASKS as i64);
            })
        },
    },
];

/// A round for which a directory has to stay.
fn keeping(directory: TempSandbox, mut round: impl FnMut() + 'static) -> Box<dyn FnMut()> {
    Box::new(move || {
        black_box(directory.path());
        round();
    })
}

fn cached() -> (TempSandbox, Runner) {
    let directory = TempSandbox::new();
    let cache = Cache::at(directory.path().join("cache"));
    let runner = runner().cache(cache).cache_mode(CacheMode::Use);
    (directory, runner)
}

fn checkpoint() -> (TempSandbox, SyncCheckpoint) {
    let directory = TempSandbox::new();
    let checkpoint = SyncCheckpoint::new(directory.path().join("checkpoint"));
    (directory, checkpoint)
}

fn history() -> (TempSandbox, History) {
    let directory = TempSandbox::new();
    let history = History::in_dir(directory.path().join("history"));
    (directory, history)
}

const ELEMENTS: u64 = 200;

#[task(cache = "1")]
fn square(x: i64) -> i64 {
    black_box(x) * x
}

#[workflow]
fn squares(xs: Vec<i64>) -> Vec<i64> {
    xs.map(square)
}
