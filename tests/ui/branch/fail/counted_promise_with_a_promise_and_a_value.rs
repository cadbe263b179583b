use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(text: String) -> i64 {
    if text.is_empty() { square(1) } else { 2 }
}

fn main() {}
