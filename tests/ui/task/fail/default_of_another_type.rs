use flyte_runtime::prelude::*;

#[task]
fn square(#[default("three")] x: i64) -> i64 {
    x * x
}

fn main() {}
