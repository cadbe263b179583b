//! Order without data.

use flyte_runtime::prelude::*;

#[task]
fn prepare() {}

#[task]
fn work(part: i64) -> i64 {
    part
}

#[task]
fn clean_up() {}

#[workflow]
fn before_and_after(x: i64) -> i64 {
    let first = prepare();
    let result = work(x);
    let last = clean_up();
    first >> result;
    result >> last;
    result
}

#[workflow]
fn chained(x: i64) -> i64 {
    let a = work(x);
    let b = work(2);
    let c = prepare();
    c >> b >> a;
    a
}

#[workflow]
fn beside_data(x: i64) -> i64 {
    let a = work(x);
    let b = work(a);
    let c = prepare();
    c >> b;
    a >> b;
    b
}

#[workflow]
fn out_of_order() {
    let last = clean_up();
    let first = prepare();
    first >> last;
}
