use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let mut list = vec![x];
    if x > 1 {
        list.push(square(x));
    } else {
        list.push(x);
    }
    list[1]
}

fn main() {}
