//! Dynamic tasks of every kind, by what they build; `jobs.py` builds them with the inputs that it names.

use flyte_runtime::prelude::*;

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn halves(x: i64) -> (i64, f64) {
    (x / 2, x as f64 / 2.0)
}

#[task]
fn shout(text: String) -> String {
    text.to_uppercase()
}

#[task]
fn repeated(text: String, n: i64) -> Vec<String> {
    vec![text; n as usize]
}

#[workflow]
fn twice(x: i64) -> i64 {
    add(x, x)
}

#[workflow]
fn four_times(x: i64) -> i64 {
    twice(twice(x))
}

#[dynamic]
fn chain(n: i64) -> i64 {
    let mut total = add(n, 0);
    for i in 0..n {
        total = add(total, i);
    }
    total
}

#[dynamic]
fn of_workflows(n: i64) -> Vec<i64> {
    vec![four_times(n), twice(n)]
}

#[dynamic]
fn of_maps(n: i64, text: String) -> Vec<String> {
    repeated(text, n).map(|text| shout(text)).concurrency(2)
}

#[dynamic]
fn several(n: i64) -> (i64, f64, String) {
    let (whole, half) = halves(n);
    (whole, half, "constant")
}

#[dynamic]
fn ordered(n: i64) -> i64 {
    let first =
        add(n, 1).with_overrides(|o| o.node_name("first").retries(2).requests(|r| r.cpu("2")));
    let second = add(n, 2);
    first >> second;
    second
}

#[dynamic]
fn inner(n: i64) -> i64 {
    add(n, n)
}

#[dynamic]
fn outer(n: i64) -> i64 {
    inner(add(n, 1))
}

#[dynamic]
fn constant(n: i64) -> i64 {
    add(n, n);
    n + 1
}
