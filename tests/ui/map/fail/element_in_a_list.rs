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
fn total(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[workflow]
fn mapped(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| total(vec![x, 1]))
}

fn main() {
    let _ = (mapped(vec![1]), square(1), times(1, 2));
}
