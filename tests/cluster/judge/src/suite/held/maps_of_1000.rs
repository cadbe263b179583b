//! Maps over a thousand elements. Most are of echo tasks, for which a cluster starts nothing.

use flyte_runtime::prelude::*;

use crate::case::{Case, case, held};

#[echo_task]
fn same(x: i64) -> i64;

#[task]
fn numbers(n: i64) -> Vec<i64> {
    (0..n).collect()
}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn sum_of(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[workflow]
fn of_a_list(xs: Vec<i64>) -> Vec<i64> {
    xs.map(same)
}

#[workflow]
fn of_a_result(n: i64) -> (i64, i64) {
    let xs = numbers(n);
    (sum_of(xs.map(same)), sum_of(xs))
}

#[task]
fn known(xs: Vec<Option<i64>>) -> i64 {
    xs.iter().flatten().count() as i64
}

#[workflow]
fn with_a_limit(n: i64) -> i64 {
    known(numbers(n).map(same).concurrency(200).min_success_ratio(0.9))
}

/// Each element is a pod.
#[workflow]
fn of_pods(n: i64) -> i64 {
    sum_of(numbers(n).map(square))
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let thousand: Vec<i64> = (0..1000).collect();
    held(
        "maps of 1,000",
        [
            case(of_a_list::call(thousand.clone()))
                .gives(thousand)
                .pods(0),
            case(of_a_result::call(1000))
                .gives((499_500, 499_500))
                .pods(3),
            case(with_a_limit::call(1000)).gives(1000).pods(2),
            case(of_pods::call(1000))
                .gives(332_833_500)
                .pods(1002)
                .long(),
        ],
    )
}
