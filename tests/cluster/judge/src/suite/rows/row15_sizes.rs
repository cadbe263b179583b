//! More than 100 nodes, large graphs and values, and time limits of less than a second.

use flyte_runtime::prelude::*;

use crate::case::{Case, Expected, case, row};

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn total(xs: Vec<i64>) -> i64 {
    xs.iter().sum()
}

#[task]
fn text_of(count: usize) -> String {
    "0123456789".repeat(count / 10)
}

#[task]
fn length(text: String) -> usize {
    text.len()
}

#[task]
fn lengths(texts: Vec<String>, k: usize) -> usize {
    k * texts.iter().map(String::len).sum::<usize>()
}

#[task(timeout = "300ms", retries = 4)]
fn quick(x: i64) -> i64 {
    x + 1
}

/// 120 nodes, each of an input: no order among them.
#[workflow]
fn a_wide_graph(x: i64) -> i64 {
    let all: Vec<Promise<i64>> = (0..120).map(|i| quick_sum(x, i)).collect();
    total(all)
}

/// Costs no pod.
#[workflow]
fn quick_sum(x: i64, i: i64) -> i64 {
    let _i = i;
    x
}

/// 130 nodes in a row, in workflows inside.
#[workflow]
fn a_long_graph(x: i64) -> i64 {
    let mut last = x;
    for i in 0..130 {
        last = quick_sum(last, i);
    }
    add(last, 1)
}

/// The same number of nodes, in workflows inside.
#[workflow]
fn forty(x: i64) -> i64 {
    let all: Vec<Promise<i64>> = (0..40).map(|i| quick_sum(x, i)).collect();
    total(all)
}

#[workflow]
fn in_parts(x: i64) -> i64 {
    let (first, second, third) = (forty(x), forty(x), forty(x));
    total(vec![first, second, third])
}

/// Each node of the graph is given the same texts, of 1.2 MB.
#[dynamic]
fn one_list_for_all(nodes: usize) -> Vec<usize> {
    let texts: Vec<String> = (0..300).map(|i| format!("{i:04000}")).collect();
    let mut all = Vec::new();
    for k in 0..nodes {
        all.push(lengths(texts.clone(), k));
    }
    all
}

#[dynamic]
fn one_text_for_all(nodes: usize) -> Vec<usize> {
    let text = "x".repeat(2_000_000);
    let mut all = Vec::new();
    for _ in 0..nodes {
        all.push(length(text.clone()));
    }
    all
}

#[workflow]
fn short_limits(x: i64) -> i64 {
    quick(add(x, 1).with_overrides(|o| o.timeout("200ms")))
}

#[workflow]
fn limits_of_elements(xs: Vec<i64>) -> Vec<i64> {
    xs.map(quick)
}

/// An output of 3 MiB, which goes on into a task and is an output of the run.
#[workflow]
fn a_large_output() -> (String, usize) {
    let text = text_of(3_000_000_usize);
    (text, length(text))
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let because = "a new cluster takes workflows of 100 nodes; those of workflows inside do not count";
    let refused = Expected::NotRegistered("exceeds limit (1");
    row(
        15,
        [
            case(a_wide_graph::call(2)).gives(240).but_there(refused.clone(), because),
            case(a_long_graph::call(2)).gives(3).but_there(refused, because),
            case(in_parts::call(2)).gives(240).pods(4),
            case(one_list_for_all::call(10)).gives((0..10).map(|k| k * 1_200_000).collect()),
            case(one_text_for_all::call(8)).gives(vec![2_000_000; 8]),
            case(short_limits::call(1)).gives(3).alone(),
            case(limits_of_elements::call(vec![1, 2])).gives(vec![2, 3]).alone(),
            case(a_large_output::call()).gives(("0123456789".repeat(300_000), 3_000_000)),
        ],
    )
}
