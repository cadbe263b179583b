use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(|x| square(x))
        .min_successes(1)
        .min_success_ratio(0.5)
}

fn main() {}
