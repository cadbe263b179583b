//! What values cost: a list of a hundred thousand integers lent and moved from task to task, as a literal, and as
//! bytes.
//!
//! `cargo bench -p flyte-runtime --features remote --bench types`. The control is a clone of the list. flytekit 1.16
//! takes 58–69 µs an element to encode and 37 µs to decode: 5.8–6.9 s and 3.7 s for this list.

#![allow(missing_docs, reason = "a benchmark has no users")]

use std::hint::black_box;

use divan::Bencher;
use flyte_runtime::{
    prelude::*,
    types::{FlyteType, Value},
};

fn main() {
    divan::main();
}

fn list() -> Vec<i64> {
    (0..100_000).collect()
}

/// What anything that copies the list has to spend.
#[divan::bench]
fn clone(bencher: Bencher) {
    let list = list();
    bencher.bench(|| black_box(&list).clone());
}

#[divan::bench]
fn into_a_value_and_out(bencher: Bencher) {
    bencher.with_inputs(list).bench_values(|list| {
        let value = Value::new(list);
        black_box(value.downcast_ref::<Vec<i64>>().map(Vec::len));
        value
    });
}

#[task]
fn lend(xs: &[i64]) -> i64 {
    xs.len() as i64
}

#[task]
fn pass_on(xs: Vec<i64>) -> Vec<i64> {
    xs
}

#[workflow]
fn lent_and_moved(xs: Vec<i64>) -> i64 {
    let first = lend(xs);
    let second = lend(pass_on(pass_on(xs)));
    first >> second;
    second
}

/// A list lent to two tasks and moved through two more; compare with a list without elements.
#[divan::bench(args = [0, 100_000])]
fn a_run_of_four_tasks(bencher: Bencher, length: i64) {
    bencher
        .with_inputs(|| (0..length).collect::<Vec<i64>>())
        .bench_values(lent_and_moved);
}

#[divan::bench]
fn to_literal(bencher: Bencher) {
    let list = list();
    bencher.bench(|| list.to_literal());
}

#[divan::bench]
fn from_literal(bencher: Bencher) {
    let literal = list()
        .to_literal()
        .expect("a list of integers has a literal");
    bencher
        .with_inputs(|| literal.clone())
        .bench_values(Vec::<i64>::from_literal);
}

#[cfg(feature = "remote")]
mod bytes {
    use super::*;
    use flyte_runtime::compat::wire::{decode, encode};

    /// From the list to the bytes, all in all.
    #[divan::bench]
    fn encoded(bencher: Bencher) {
        let list = list();
        bencher.bench(|| list.to_literal().map(|literal| encode(&literal)));
    }

    #[divan::bench]
    fn decoded(bencher: Bencher) {
        let bytes = list().to_literal().map(|literal| encode(&literal));
        let bytes = bytes.expect("a list of integers has a literal");
        bencher.bench(|| decode(&bytes).and_then(Vec::<i64>::from_literal));
    }
}
