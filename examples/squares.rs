//! The program at the top of the README, with a task that works long enough to be watched.
//!
//! ```console
//! $ cargo run --example squares -- run sum_of_squares --x 3
//! 25
//! ```

use std::{thread, time::Duration};

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[workflow]
fn sum_of_squares(x: i64, #[default(4)] y: i64) -> i64 {
    sum(vec![square(x), square(y)])
}

/// Squares with effort: the larger the number, the longer.
#[task(retries(count = 2, backoff = "300ms"))]
fn square_slowly(x: u64) -> Result<u64, String> {
    thread::sleep(Duration::from_millis(250 * x));
    match (x, ctx().map_or(0, |ctx| ctx.attempt_number())) {
        (5, 0) => Err("there is no square of 5 at the first attempt".to_owned()),
        _ => Ok(x * x),
    }
}

/// Squares each number of a list.
#[workflow]
fn squares(#[default(vec![2, 5, 3, 1])] xs: Vec<u64>) -> Vec<u64> {
    xs.map(|x| square_slowly(x))
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
