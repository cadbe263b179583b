//! The programs that are compared.

use std::{hint::black_box, thread, time::Duration};

use flyte_runtime::{graph::conditional, prelude::*};

/// Tasks of a chain and of a fan-out, elements of a map.
pub const TASKS: usize = 1_000;

/// Integers in the long list.
pub const INTEGERS: i64 = 100_000;

/// How many cases a branch has; the last one is chosen.
pub const CASES: i64 = 11;

/// How long a nap takes; there are four, which do not wait for one another.
pub const NAP: Duration = Duration::from_millis(200);

#[task]
pub fn add_one(x: i64) -> i64 {
    black_box(x) + 1
}

#[task]
pub async fn add_one_later(x: i64) -> i64 {
    black_box(x) + 1
}

#[task(cache = "1")]
pub fn kept(x: i64) -> i64 {
    black_box(x) + 1
}

#[task]
pub fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[task]
pub fn numbers(count: i64) -> Vec<i64> {
    (0..count).collect()
}

#[task]
pub fn count(xs: &[i64]) -> i64 {
    xs.len() as i64
}

#[task]
pub fn nap(_x: i64) {
    thread::sleep(NAP);
}

#[workflow]
pub fn chain(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..TASKS {
        x = add_one(x);
    }
    x
}

#[workflow]
pub fn chain_later(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..TASKS {
        x = add_one_later(x);
    }
    x
}

#[workflow]
pub fn fan_out(x: i64) -> i64 {
    let mut all = vec![];
    for _ in 0..TASKS {
        all.push(add_one(x));
    }
    sum(all)
}

#[workflow]
pub fn map(xs: Vec<i64>) -> Vec<i64> {
    xs.map(add_one)
}

#[workflow]
pub fn branch(x: i64) -> i64 {
    let mut cases = conditional("which").if_(x.lt(0)).then(|| add_one(x));
    for limit in 1..CASES - 1 {
        cases = cases.elif_(x.eq(-limit)).then(|| add_one(x));
    }
    cases.else_().then(|| add_one(x))
}

/// A list goes from the task that makes it to the one that reads it.
#[workflow]
pub fn hop(length: i64) -> i64 {
    count(numbers(length))
}

#[workflow]
pub fn naps(x: i64) {
    for _ in 0..4 {
        nap(x);
    }
}
