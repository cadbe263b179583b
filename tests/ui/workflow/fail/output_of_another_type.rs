use flyte_runtime::prelude::*;

#[task]
fn name(x: i64) -> String {
    x.to_string()
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    name(x)
}

fn main() {}
