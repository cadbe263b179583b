//! Workflows made at random, written in Rust: what the macros make of branches, maps, sub-workflows and calls inside of
//! each other gives what the same text gives as a plain function.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use flyte_runtime::prelude::*;

mod generator;

#[rustfmt::skip]
#[allow(
    unused,
    clippy::all,
    reason = "nobody wrote it"
)]
mod sources;

type Graph = fn(i64, i64, Vec<i64>) -> Result<i64, RunError>;
type Plain = fn(i64, i64, &[i64]) -> i64;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn times(x: i64, factor: i64) -> i64 {
    x * factor
}

#[task]
fn is_even(x: i64) -> bool {
    x % 2 == 0
}

#[task]
fn total(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

/// Keeps numbers small.
#[task]
fn clip(x: i64) -> i64 {
    x % 11
}

fn mapped(list: &[i64], of: impl Fn(i64) -> i64) -> Vec<i64> {
    list.iter().copied().map(of).collect()
}

fn zipped(list: &[i64], other: &[i64], of: impl Fn(i64, i64) -> i64) -> Vec<i64> {
    let pairs = list.iter().zip(other);
    pairs.map(|(a, b)| of(*a, *b)).collect()
}

#[test]
fn the_sources_are_what_the_generator_writes() {
    let written = generator::sources();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/generated/sources.rs");
        std::fs::write(path, &written).unwrap();
    } else {
        assert!(
            written == include_str!("sources.rs"),
            "run this test once with UPDATE_EXPECT=1"
        );
    }
}

#[test]
fn generated_workflows_give_what_their_text_gives_as_plain_functions() {
    for (number, (graph, plain)) in sources::ALL.iter().enumerate() {
        for x in -5..=5 {
            for (y, xs) in [
                (0, vec![]),
                (-3, vec![2]),
                (1, vec![3, -1, 4]),
                (4, vec![0, 7]),
            ] {
                let expected = plain(x, y, &xs);
                assert_eq!(
                    graph(x, y, xs.clone()).unwrap(),
                    expected,
                    "graph_{number}({x}, {y}, {xs:?})"
                );
            }
        }
    }
}
