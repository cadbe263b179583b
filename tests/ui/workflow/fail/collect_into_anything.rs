use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[workflow]
fn pipeline(x: i64) -> Vec<i64> {
    let _ = sum(vec![1, 2].into_iter().map(square).collect());
    let _ = x;
    (0..3).map(|index| square(index)).collect()
}

fn main() {}
