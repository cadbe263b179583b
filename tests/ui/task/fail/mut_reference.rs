use flyte_runtime::prelude::*;

#[task]
fn sort(xs: &mut Vec<i64>) -> i64 {
    xs.sort();
    xs[0]
}

fn main() {}
