//! What it costs to record runs: a task that does nothing, a task of 100 µs, and the bytes of an element of a map.
//!
//! `cargo bench -p flyte-runtime --bench recorded` prints the figures. Runs with and without a history alternate, so
//! that both see the same machine. The arguments `tasks` and `map` select a part.

#![allow(missing_docs, reason = "a benchmark has no users")]
#![allow(
    clippy::print_stdout,
    reason = "the figures are the output of this program"
)]

use std::{
    env, fs,
    hint::black_box,
    time::{Duration, Instant},
};

use flyte_runtime::{files::TempSandbox, history::History, prelude::*};

const TASKS: usize = 10_000;
const ELEMENTS: i64 = 1_000_000;

#[task]
fn add_one(x: i64) -> i64 {
    black_box(x) + 1
}

#[workflow]
fn empty_tasks(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..TASKS {
        x = add_one(x);
    }
    x
}

#[task]
fn works(x: i64) -> i64 {
    let until = Instant::now() + Duration::from_micros(100);
    while Instant::now() < until {
        std::hint::spin_loop();
    }
    x + 1
}

#[workflow]
fn working_tasks(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..TASKS {
        x = works(x);
    }
    x
}

#[task]
fn square(x: i64) -> i64 {
    x.wrapping_mul(x)
}

#[workflow]
fn squares(xs: Vec<i64>) -> Vec<i64> {
    xs.map(square)
}

fn timed(runner: &Runner, call: impl FnOnce(&Runner)) -> f64 {
    let started = Instant::now();
    call(runner);
    started.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Prints what a task costs alone and recorded.
fn compare(what: &str, rounds: usize, run: impl Fn(&Runner)) {
    let directory = TempSandbox::new();
    let history = History::in_dir(directory.path());
    let (alone, recorded) = (Runner::local(), Runner::local().history(&history));
    run(&alone);
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        without.push(timed(&alone, &run));
        with.push(timed(&recorded, &run));
    }
    let of_a_task = |times| median(times) * 1e6 / TASKS as f64;
    let (without, with) = (of_a_task(without), of_a_task(with));
    println!(
        "{what}: {without:.3} µs alone, {with:.3} µs recorded: {:.3} µs more, {:.2} %",
        with - without,
        (with - without) / without * 100.0
    );
}

fn main() {
    let asked: Vec<String> = env::args().skip(1).collect();
    let is_asked = |name: &str| {
        let mut names = asked.iter().filter(|asked| !asked.starts_with('-'));
        names.clone().next().is_none() || names.any(|asked| asked == name)
    };
    if is_asked("tasks") {
        compare("a task that does nothing", 31, |runner| {
            let result = runner.run(empty_tasks::call(1)).expect("it runs");
            assert_eq!(result, 1 + TASKS as i64);
        });
        compare("a task of 100 µs", 7, |runner| {
            let result = runner.run(working_tasks::call(1)).expect("it runs");
            assert_eq!(result, 1 + TASKS as i64);
        });
    }
    if is_asked("map") {
        let directory = TempSandbox::new();
        let history = History::in_dir(directory.path());
        let runner = Runner::local().history(&history);
        let xs: Vec<i64> = (0..ELEMENTS).collect();
        let took = timed(&runner, |runner| {
            let squares = runner.run(squares::call(xs)).expect("it runs");
            assert_eq!(squares.len(), ELEMENTS as usize);
        });
        let runs = history.runs().expect("they are there");
        let log = runs[0].directory().join("log");
        let bytes = fs::metadata(log).expect("it is there").len();
        println!(
            "a map of {ELEMENTS} elements: {:.3} µs and {:.1} bytes an element",
            took * 1e6 / ELEMENTS as f64,
            bytes as f64 / ELEMENTS as f64
        );
    }
}
