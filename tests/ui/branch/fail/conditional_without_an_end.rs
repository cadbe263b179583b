#![deny(unused_must_use)]

use flyte_runtime::{graph::conditional, prelude::*};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    conditional("c").if_(x.gt(1)).then(|| square(x));
    square(x)
}

fn main() {}
