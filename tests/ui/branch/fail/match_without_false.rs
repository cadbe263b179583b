use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(flag: bool, x: i64) -> i64 {
    match flag {
        true => square(x),
    }
}

fn main() {}
