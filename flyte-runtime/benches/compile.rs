//! From a body to a graph, for growing bodies: the time for a node must stay the same.
//!
//! `cargo bench -p flyte-runtime --bench compile`; a workflow is compiled once in a program, so each sample compiles
//! through `EntityDescriptor::compile_again`.

#![allow(missing_docs, reason = "a benchmark has no users")]

use divan::{Bencher, counter::ItemsCount};
use flyte_runtime::{Entity, prelude::*};

fn main() {
    divan::main();
}

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

macro_rules! chains {
    ($($name:ident $nodes:literal),*) => { $(
        #[workflow]
        fn $name(x: i64) -> i64 {
            let mut last = x;
            for _ in 0..$nodes {
                last = add(last, x);
            }
            last
        }
    )* };
}

chains!(nodes_1000 1_000, nodes_10000 10_000, nodes_100000 100_000);

#[task]
fn count(xs: &[i64]) -> usize {
    xs.len()
}

#[workflow]
fn side_by_side_100000(x: i64) -> usize {
    let all: Vec<_> = (0..100_000).map(|_| add(x, x)).collect();
    count(all)
}

fn compile<E: Entity>(bencher: Bencher, nodes: usize) {
    bencher
        .counter(ItemsCount::new(nodes))
        .bench(|| E::descriptor().compile_again());
}

#[divan::bench]
fn compile_1000(bencher: Bencher) {
    compile::<nodes_1000>(bencher, 1_000);
}

#[divan::bench]
fn compile_10000(bencher: Bencher) {
    compile::<nodes_10000>(bencher, 10_000);
}

#[divan::bench(sample_count = 20)]
fn compile_100000(bencher: Bencher) {
    compile::<nodes_100000>(bencher, 100_000);
}

#[divan::bench(sample_count = 20)]
fn compile_100000_side_by_side(bencher: Bencher) {
    compile::<side_by_side_100000>(bencher, 100_000);
}

#[divan::bench]
fn run_1000(bencher: Bencher) {
    bencher
        .counter(ItemsCount::new(1_000usize))
        .bench(|| nodes_1000(1));
}

#[divan::bench(sample_count = 20)]
fn run_100000(bencher: Bencher) {
    bencher
        .counter(ItemsCount::new(100_000usize))
        .bench(|| nodes_100000(1));
}
