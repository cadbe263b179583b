//! What the inputs of a dynamic task allow that promises do not: matching, arithmetic, slices, methods.

use flyte_runtime::prelude::*;

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[dynamic]
fn fold(xs: &[i64], mut start: i64, how: &str) -> i64 {
    start *= 2;
    match (how, xs) {
        ("none", _) | (_, []) => add(start, 0),
        (_, [first, rest @ ..]) => {
            let mut sum = add(start, *first);
            for x in rest {
                sum = add(sum, *x);
            }
            sum
        }
    }
}

fn main() {
    assert_eq!(fold(&[1, 2, 3], 2, "all").unwrap(), 10);
    assert_eq!(fold(&[1, 2, 3], 2, "none").unwrap(), 4);
}
