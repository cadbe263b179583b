use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn mapped(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| if x > 1 { square(x) } else { square(1) })
}

fn main() {}
