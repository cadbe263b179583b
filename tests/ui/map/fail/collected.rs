use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn range(n: i64) -> Vec<i64> {
    (0..n).collect()
}

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[workflow]
fn pipeline(n: i64) -> i64 {
    sum(range(n).map(|x| square(x)).collect())
}

#[workflow]
fn summed(n: i64) -> i64 {
    range(n).map(square).sum()
}

fn main() {}
