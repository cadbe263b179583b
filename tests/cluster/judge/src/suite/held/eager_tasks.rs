//! Eager tasks: on a cluster one pod runs all that they await.

use flyte_runtime::{TaskError, prelude::*};

use crate::case::{Case, Kind, case, held};

#[task]
fn halved(x: u64) -> u64 {
    x / 2
}

#[task]
fn tripled(x: u64) -> u64 {
    3 * x + 1
}

/// One result decides about the next call.
#[eager]
async fn steps(x: u64) -> Result<Vec<u64>, RunError> {
    let mut seen = vec![x];
    let mut x = x;
    while x != 1 {
        x = match x % 2 {
            0 => halved::call(x).await?,
            _ => tripled::call(x).await?,
        };
        seen.push(x);
    }
    Ok(seen)
}

#[workflow]
fn four_halves(x: u64) -> u64 {
    halved(halved(halved(halved(x))))
}

#[eager]
async fn side_by_side(xs: Vec<u64>) -> Result<(u64, Vec<u64>), RunError> {
    let (a, b) = tokio::try_join!(four_halves::call(xs[0]), tripled::call(xs[0]))?;
    let started: Vec<_> = xs.iter().map(|&x| halved::call(x).start()).collect();
    let mut all = Vec::new();
    for call in started {
        all.push(call.await?);
    }
    Ok((a + b, all))
}

#[task]
fn fails_above(x: i64, limit: i64) -> Result<i64, String> {
    match x > limit {
        true => Err(format!("{x} is above {limit}")),
        false => Ok(x),
    }
}

#[eager]
async fn takes_another_way(x: i64) -> Result<String, RunError> {
    match fails_above::call(x, 10).await {
        Ok(x) => Ok(format!("{x} at once")),
        Err(_) => Ok(format!("{} in the end", fails_above::call(10, 10).await?)),
    }
}

#[eager]
async fn passes_it_on(x: i64, y: i64) -> Result<i64, RunError> {
    fails_above::call(fails_above::call(x, y).await?, 1).await
}

/// What is retried is the eager task with all that it awaits.
#[eager(retries = 2)]
async fn tried_again(least: u32) -> Result<u32, TaskError> {
    let attempt = flyte_runtime::compat::current_context().attempt_number();
    match attempt < least {
        true => Err(TaskError::recoverable(format!(
            "attempt {attempt} of {least}"
        ))),
        false => Ok(attempt),
    }
}

#[eager]
async fn of_itself(n: u64) -> Result<u64, RunError> {
    match n {
        0 => Ok(1),
        n => Ok(n * of_itself::call(n - 1).await?),
    }
}

#[dynamic]
fn all_halved(xs: Vec<u64>) -> Vec<u64> {
    let mut all = Vec::new();
    for x in xs {
        all.push(halved(x));
    }
    all
}

#[eager]
async fn of_dynamic_tasks(xs: Vec<u64>) -> Result<Vec<Vec<u64>>, RunError> {
    let once = all_halved::call(xs).await?;
    Ok(vec![once.clone(), all_halved::call(once).await?])
}

#[workflow]
fn between_tasks(x: u64) -> u64 {
    let (sum, all) = side_by_side(vec![tripled(x), x]);
    let last = tripled(sum);
    all >> last;
    last
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    held(
        "eager tasks",
        [
            case(steps::call(6))
                .gives(vec![6, 3, 10, 5, 16, 8, 4, 2, 1])
                .pods(1),
            case(side_by_side::call(vec![32, 5]))
                .gives((99, vec![16, 2]))
                .pods(1),
            case(takes_another_way::call(3)).gives("3 at once".to_owned()),
            case(takes_another_way::call(30))
                .gives("10 in the end".to_owned())
                .with("other"),
            case(passes_it_on::call(3, 2))
                .fails(Kind::Task, "3 is above 2")
                .pods(1),
            case(tried_again::call(2)).gives(2).pods(3),
            case(of_itself::call(6)).gives(720).pods(1),
            case(of_dynamic_tasks::call(vec![9, 4]))
                .gives(vec![vec![4, 2], vec![2, 1]])
                .pods(1),
            case(between_tasks::call(1)).gives(40).pods(3),
        ],
    )
}
