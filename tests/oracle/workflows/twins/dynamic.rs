//! Dynamic tasks: from outside they are tasks.

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[dynamic(retries = 1, cache = "1")]
fn squares(n: i64) -> Vec<i64> {
    let mut squares = Vec::new();
    for x in 0..n {
        squares.push(square(x));
    }
    squares
}

#[workflow]
fn of_squares(n: i64) -> Vec<i64> {
    squares(square(n))
}
