use flyte_runtime::prelude::*;

#[task]
fn divide(a: i64) -> (i64, String) {
    (a, a.to_string())
}

#[workflow]
fn pipeline(x: i64) -> (String, i64) {
    let (number, text) = divide(x);
    (number, text)
}

fn main() {}
