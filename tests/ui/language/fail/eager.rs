//! Calls in eager tasks, and functions that stand for tasks.

use flyte_runtime::prelude::*;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[task(retries = 3)]
fn flaky(x: i64) -> i64 {
    x
}

#[task(cache(version = "1"))]
async fn kept(x: i64) -> i64 {
    x
}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn note(_x: i64) {}

#[eager]
async fn a_plain_call(x: i64) -> i64 {
    flaky(x)
}

#[eager]
async fn an_awaited_call_past_the_cache(x: i64) -> i64 {
    kept(x).await
}

#[eager]
async fn a_plain_call_in_an_argument(x: i64) -> i64 {
    square(flaky(x))
}

#[eager]
async fn mapped(xs: Vec<i64>) -> Vec<i64> {
    xs.into_iter().map(flaky).collect()
}

#[eager]
async fn in_a_branch(x: i64) -> i64 {
    if x > 3 { flaky(x) } else { square(x) }
}

#[eager]
async fn a_call_that_is_not_awaited(x: i64) -> Result<i64, BoxError> {
    let y = square::call(x)?;
    Ok(y)
}

#[eager]
async fn a_call_in_an_argument_that_is_not_awaited(x: i64) -> Result<i64, BoxError> {
    Ok(square(flaky::call(x)?))
}

#[eager]
async fn a_call_in_a_loop_that_is_not_awaited(n: i64) -> Result<i64, BoxError> {
    let mut total = 0;
    for step in 0..n {
        total += square::call(step)?;
    }
    Ok(total)
}

#[eager]
async fn an_awaited_call_of_a_function_that_is_not_async(x: i64) -> i64 {
    square(x).await
}

#[workflow]
fn kept_as_a_function(x: i64) -> i64 {
    let _f = square;
    square(x)
}

#[workflow]
fn in_an_array_of_functions(x: i64) -> i64 {
    let _functions = [square];
    square(x)
}

#[workflow]
fn passed_to_an_iterator(x: i64) -> i64 {
    [1, 2].into_iter().for_each(note);
    square(x)
}

#[workflow]
fn passed_to_a_method_of_an_option(x: i64) -> i64 {
    let _y = Some(3).map_or(0, square);
    square(x)
}

fn main() {}
