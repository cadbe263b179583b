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
fn shout(text: String) -> i64 {
    text.len() as i64
}

#[workflow]
fn mapped(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| shout(x))
}

fn main() {
    let _ = (mapped(vec![1]), square(1), times(1, 2));
}
