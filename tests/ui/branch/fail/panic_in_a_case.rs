use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    if x > 3 { panic!("too big") } else { square(x) }
}

#[workflow]
fn matched(x: i64) -> i64 {
    match x {
        1 => square(x),
        _ => unreachable!(),
    }
}

fn main() {}
