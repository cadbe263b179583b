//! A result that is kept, found by a whole run, beside reading the same file plainly.
//!
//! `cargo bench -p flyte-runtime --bench cache`. Besides what the control does, a hit makes the key, checks the bytes against their checksum
//! and the file's age, and makes a value of them.

#![allow(missing_docs, reason = "a benchmark has no users")]

use std::{fs, hint::black_box, path::PathBuf};

use divan::{Bencher, counter::ItemsCount};
use flyte_runtime::{cache::Cache, files::TempSandbox, prelude::*};

fn main() {
    divan::main();
}

#[task(cache = "1")]
fn square(x: i64) -> i64 {
    black_box(x) * x
}

#[task(cache(version = "1", serialize))]
fn square_alone(x: i64) -> i64 {
    black_box(x) * x
}

/// A text of 64 KiB.
#[task(cache = "1")]
fn text(x: i64) -> String {
    x.to_string().repeat(65_536)
}

const ELEMENTS: i64 = 1_000;

#[workflow]
fn squares(xs: Vec<i64>) -> Vec<i64> {
    xs.map(square)
}

/// A cache in which the calls are.
fn filled() -> (TempSandbox, Cache) {
    let sandbox = TempSandbox::new();
    let cache = Cache::at(sandbox.create().expect("there is room for it"));
    let runner = Runner::local().cache(cache.clone());
    runner.run(square::call(7)).expect("it has no errors");
    runner.run(square_alone::call(7)).expect("it has no errors");
    runner.run(text::call(7)).expect("it has no errors");
    (sandbox, cache)
}

/// The file of the only result of a task.
fn file_of(cache: &Cache, task: &str) -> PathBuf {
    let tasks = fs::read_dir(cache.directory()).expect("it was made");
    let mut tasks = tasks.map(|task| task.expect("it can be listed").path());
    let begin = format!("cache.{task}-");
    let is_asked = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(&begin)
    };
    let directory = tasks.find(is_asked).expect("it has a result");
    let results = fs::read_dir(directory).expect("it was made");
    let mut results = results.map(|result| result.expect("it can be listed").path());
    let result = results.find(|path| path.extension().is_none());
    result.expect("the task has a result")
}

#[divan::bench]
fn hit(bencher: Bencher<'_, '_>) {
    let (_sandbox, cache) = filled();
    let (runner, call) = (Runner::local().cache(cache), square::call(7));
    bencher.bench_local(|| runner.run(call.clone()));
}

/// The elements of a map, one after the other.
#[divan::bench(sample_count = 20)]
fn map_of_1_000_hits(bencher: Bencher<'_, '_>) {
    let (_sandbox, cache) = filled();
    let runner = Runner::local().cache(cache).jobs(1);
    let call = squares::call((0..ELEMENTS).collect());
    runner.run(call.clone()).expect("it has no errors");
    bencher
        .counter(ItemsCount::new(ELEMENTS as usize))
        .bench_local(|| runner.run(call.clone()));
}

#[divan::bench]
fn hit_of_a_task_that_runs_alone(bencher: Bencher<'_, '_>) {
    let (_sandbox, cache) = filled();
    let (runner, call) = (Runner::local().cache(cache), square_alone::call(7));
    bencher.bench_local(|| runner.run(call.clone()));
}

#[divan::bench]
fn control_plain_file(bencher: Bencher<'_, '_>) {
    let (_sandbox, cache) = filled();
    let file = file_of(&cache, "square");
    bencher.bench_local(|| fs::read(&file));
}

#[divan::bench]
fn hit_of_64_kib(bencher: Bencher<'_, '_>) {
    let (_sandbox, cache) = filled();
    let (runner, call) = (Runner::local().cache(cache), text::call(7));
    bencher.bench_local(|| runner.run(call.clone()));
}

#[divan::bench]
fn control_plain_file_of_64_kib(bencher: Bencher<'_, '_>) {
    let (_sandbox, cache) = filled();
    let file = file_of(&cache, "text");
    bencher.bench_local(|| fs::read(&file));
}

/// What the same run costs without a cache.
#[divan::bench]
fn control_run_without_a_cache(bencher: Bencher<'_, '_>) {
    let (runner, call) = (Runner::local(), square::call(7));
    bencher.bench_local(|| runner.run(call.clone()));
}
