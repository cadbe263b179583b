use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn times(x: i64, factor: i64) -> i64 {
    x * factor
}

#[task]
fn divide(a: i64, b: i64) -> (i64, i64) {
    (a / b, a % b)
}

#[workflow]
fn mapped(xs: Vec<i64>) -> Vec<i64> {
    let _ = xs.map(|x| divide(x, 2));
    xs
}

fn main() {
    let _ = (mapped(vec![1]), square(1), times(1, 2));
}
