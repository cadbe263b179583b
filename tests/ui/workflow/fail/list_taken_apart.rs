use flyte_runtime::prelude::*;

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
    let [first, _rest @ ..] = range(n);
    let _ = first;
    sum(&range(n)[1..])
}

fn main() {}
