//! Graphs of 300 nodes. Most are echo tasks, for which a cluster starts nothing.

use flyte_runtime::prelude::*;

use crate::case::{Case, case, held};

#[echo_task]
fn same(x: i64) -> i64;

#[task]
fn sum_of(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

/// Side by side.
#[dynamic]
fn wide(nodes: i64) -> Vec<i64> {
    let mut all = Vec::new();
    for x in 0..nodes {
        all.push(same(x));
    }
    all
}

/// Six after one another, ten times.
#[workflow]
fn ten_chains(x: i64) -> Vec<i64> {
    let mut ends = Vec::new();
    for _ in 0..10 {
        let mut x = x;
        for _ in 0..6 {
            x = same(x);
        }
        ends.push(x);
    }
    ends
}

#[workflow]
fn in_inner_workflows(x: i64) -> i64 {
    let mut ends = Vec::new();
    for n in 0..5 {
        ends.push(sum_of(ten_chains(if n == 0 { x } else { same(n) })));
    }
    sum_of(ends)
}

/// Each level has half of the nodes of the one before.
#[dynamic]
fn tree(leaves: i64) -> i64 {
    let mut level = Vec::new();
    for x in 1..=leaves {
        level.push(same(x));
    }
    while level.len() > 1 {
        let pairs: Vec<Promise<i64>> = level.chunks(2).map(|pair| same(pair[0])).collect();
        level = pairs;
    }
    level[0]
}

/// Three nodes or four for each of a hundred elements: a value, the branch, and what it chooses.
#[dynamic]
fn branches(xs: Vec<i64>) -> Vec<i64> {
    let mut all = Vec::new();
    for x in xs {
        let y = same(x);
        all.push(if y > 50 { same(1) } else { same(same(y)) });
    }
    all
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let hundred: Vec<i64> = (0..100).collect();
    let chosen = (0..100).map(|x| if x > 50 { 1 } else { x }).collect();
    held(
        "300 nodes",
        [
            case(wide::call(300))
                .gives((0..300).collect())
                .pods(1)
                .alone(),
            case(in_inner_workflows::call(7)).gives(170).pods(6).alone(),
            case(tree::call(150)).gives(1).pods(1).alone(),
            case(branches::call(hundred)).gives(chosen).pods(1).alone(),
        ],
    )
}
