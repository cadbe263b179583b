//! Maps inside of maps, elements that may fail, and elements that are tried again.

use flyte_runtime::{TaskError, prelude::*};

/// Refuses odd numbers.
#[task]
pub fn even(x: i64) -> Result<i64, String> {
    match x % 2 {
        0 => Ok(x),
        _ => Err(format!("{x} is odd")),
    }
}

/// The numbers that are there.
#[task]
pub fn known(all: Vec<Option<i64>>) -> Vec<i64> {
    all.into_iter().flatten().collect()
}

/// Half of the elements may fail.
#[workflow]
pub fn evens(xs: Vec<i64>) -> Vec<i64> {
    known(xs.map(even).min_success_ratio(0.5))
}

/// As a plan, which a map can run.
#[launch_plan]
pub fn evens_of_a_row(xs: Vec<i64>) -> Vec<i64> {
    evens(xs = xs)
}

/// A map whose elements are executions with a map in each.
#[workflow]
pub fn evens_of_rows(rows: Vec<Vec<i64>>) -> Vec<Vec<i64>> {
    rows.map(evens_of_a_row)
}

/// Makes a map for each row while it runs.
#[dynamic]
pub fn rows_of_evens(rows: Vec<Vec<i64>>) -> Vec<Vec<i64>> {
    let mut all = Vec::new();
    for row in rows {
        all.push(evens(row));
    }
    all
}

/// Every element has to succeed.
#[workflow]
pub fn all_even(xs: Vec<i64>) -> Vec<i64> {
    xs.map(even)
}

/// Fails twice for positive numbers.
#[task(retries = 2)]
pub fn third_time(x: i64) -> Result<i64, TaskError> {
    let attempt = flyte_runtime::compat::current_context().attempt_number();
    match x > 0 && attempt < 2 {
        true => Err(TaskError::recoverable(format!("attempt {attempt} of {x}"))),
        false => Ok(x + i64::from(attempt)),
    }
}

/// Elements with attempts of their own.
#[workflow]
pub fn tried_again(xs: Vec<i64>) -> Vec<i64> {
    xs.map(third_time).concurrency(2)
}
