//! Failure handlers.

use flyte_runtime::prelude::*;

#[task]
fn work(x: i64) -> i64 {
    x
}

#[task(retries = 2)]
fn clean_up(x: i64) {
    let _ = x;
}

#[task]
fn report(x: i64, label: String, extra: Option<i64>) {
    let _ = (x, label, extra);
}

#[workflow]
fn clean_up_in_steps(x: i64) {
    let done = work(x);
    clean_up(done);
}

#[workflow(on_failure = clean_up)]
fn handled(x: i64) -> i64 {
    work(x)
}

#[workflow(on_failure = report)]
fn handled_with_more(x: i64, label: String) -> i64 {
    let _unused = label;
    work(x)
}

#[workflow(on_failure = clean_up_in_steps)]
fn handled_by_a_workflow(x: i64) -> i64 {
    work(work(x))
}

#[workflow]
fn around(x: i64) -> i64 {
    work(handled_by_a_workflow(x))
}
