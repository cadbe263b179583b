#![deny(unused_variables)]

use flyte_runtime::prelude::*;

#[workflow]
fn pipeline(x: i64, forgotten: i64) -> i64 {
    x
}

fn main() {}
