//! What the live picture of a run costs, beside a history and an observer that does nothing: for a chain of 1,000 tasks
//! that do nothing, and for 10,000 tasks of 100 µs.
//!
//! `cargo bench -p flyte-runtime-view --bench terminal` prints the median time of a whole run.

#![allow(missing_docs, reason = "a benchmark has no users")]

use std::{
    hint::{black_box, spin_loop},
    io,
    time::{Duration, Instant},
};

use divan::{Bencher, counter::ItemsCount};
use flyte_runtime::{events::Event, files::TempSandbox, history::History, prelude::*};
use flyte_view::terminal::{Look, Painter, Size};

const NOTHING: usize = 1_000;
const SHORT: i64 = 10_000;

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
    for _ in 0..NOTHING {
        x = add_one(x);
    }
    x
}

#[task]
fn works(x: i64) -> i64 {
    let end = Instant::now() + Duration::from_micros(100);
    while Instant::now() < end {
        spin_loop();
    }
    x
}

#[workflow]
fn many(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| works(x))
}

/// Who looks at the run.
#[derive(Clone, Copy, Debug)]
enum Watched {
    Observed,
    Painted,
}

/// Runs it again and again, each time with a history that is empty and a painter of its own.
fn bench<E: Entity>(bencher: Bencher, watched: Watched, tasks: usize, call: &Call<E>) {
    bencher
        .counter(ItemsCount::new(tasks))
        .with_inputs(|| {
            let directory = TempSandbox::new();
            let history = History::in_dir(directory.path());
            let observer = |event: &Event| {
                black_box(event);
            };
            let runner = Runner::local().history(&history).observe(observer);
            let size = || {
                Some(Size {
                    columns: 100,
                    rows: 48,
                })
            };
            let painter = match watched {
                Watched::Observed => None,
                Watched::Painted => Painter::start(io::sink(), Look::default(), size),
            };
            let runner = match &painter {
                None => runner,
                Some(painter) => runner.observe(painter.observer()),
            };
            (directory, runner, painter, call.clone())
        })
        .bench_values(|(directory, runner, painter, call)| {
            let ran = runner.run(call).is_ok();
            if let Some(painter) = painter {
                painter.finish();
            }
            assert!(ran);
            directory
        });
}

#[divan::bench(args = [Watched::Observed, Watched::Painted])]
fn chain_of_nothing(bencher: Bencher, watched: Watched) {
    bench(bencher, watched, NOTHING, &chain::call(1));
}

#[divan::bench(args = [Watched::Observed, Watched::Painted], sample_count = 10, sample_size = 1)]
fn ten_thousand_of_100_us(bencher: Bencher, watched: Watched) {
    bench(
        bencher,
        watched,
        SHORT as usize,
        &many::call((0..SHORT).collect()),
    );
}
