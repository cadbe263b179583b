//! Eager tasks: async functions whose calls go through the engine.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use flyte_runtime::{
    RunError,
    context::{
        ExecutionState, FlyteContext, FlyteContextManager, Mode, custom_context, get_custom_context,
    },
    prelude::*,
};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn twice_squared(x: i64) -> i64 {
    square(square(x))
}

#[task]
async fn slow(x: i64) -> i64 {
    tokio::time::sleep(Duration::from_millis(5)).await;
    x + 1
}

#[task]
fn fails(x: i64) -> Result<i64, String> {
    Err(format!("no {x}"))
}

#[eager]
async fn sequential(x: i64) -> Result<i64, RunError> {
    let mut x = x;
    while x < 100 {
        x = square::call(x).await?;
    }
    Ok(x)
}

#[workflow]
fn eager_in_a_workflow(x: i64) -> i64 {
    square(sequential(x))
}

#[test]
fn results_of_calls_decide_about_the_next() -> Result<(), RunError> {
    assert_eq!(sequential::run(2)?, 256);
    assert_eq!(eager_in_a_workflow(2)?, 65_536);
    Ok(())
}

#[eager]
async fn side_by_side(xs: Vec<i64>) -> Result<Vec<i64>, RunError> {
    let (a, b) = tokio::try_join!(twice_squared::call(xs[0]), slow::call(xs[1]))?;
    let started: Vec<_> = xs.iter().map(|&x| slow::start(x)).collect();
    let mut all = vec![a, b];
    for call in started {
        all.push(call.await?);
    }
    Ok(all)
}

#[test]
fn calls_run_side_by_side_with_any_number_of_jobs() -> Result<(), RunError> {
    for jobs in [1, 2, 4] {
        let all = Runner::local()
            .jobs(jobs)
            .run(&side_by_side::call(vec![2, 3]))?;
        assert_eq!(all, [16, 4, 3, 4]);
    }
    Ok(())
}

#[eager]
async fn recovers(x: i64) -> i64 {
    fails::call(x).await.unwrap_or(-1)
}

#[eager]
async fn passes_on(x: i64) -> Result<i64, RunError> {
    fails::call(x).await
}

#[test]
fn a_failed_call_is_an_error_that_can_be_handled() -> Result<(), RunError> {
    assert_eq!(recovers::run(1)?, -1);
    let error = passes_on::run(7).expect_err("it passes the failure on");
    assert!(error.to_string().contains("no 7"), "{error}");
    Ok(())
}

#[eager]
async fn mode_of_eager() -> bool {
    FlyteContext::with_current(|context| {
        let mode = context.execution_state().and_then(ExecutionState::mode);
        mode == Some(Mode::EagerLocalExecution)
    })
}

#[test]
fn a_task_can_tell_that_it_is_eager() -> Result<(), RunError> {
    assert!(mode_of_eager::run()?);
    Ok(())
}

static ENDED: AtomicUsize = AtomicUsize::new(0);

#[task]
async fn never_ends() -> i64 {
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    ENDED.fetch_add(1, Ordering::Relaxed);
    0
}

#[eager]
async fn takes_the_first() -> Result<i64, RunError> {
    tokio::select! {
        ended = slow::call(1) => ended,
        never = never_ends::call() => never,
    }
}

#[test]
fn a_call_that_is_dropped_is_cancelled() -> Result<(), RunError> {
    assert_eq!(takes_the_first::run()?, 2);
    assert_eq!(ENDED.load(Ordering::Relaxed), 0);
    Ok(())
}

#[task]
fn tenant() -> String {
    get_custom_context()
        .get("tenant")
        .cloned()
        .unwrap_or_default()
}

#[eager]
async fn asks_inside() -> Result<String, RunError> {
    tenant::call().await
}

#[test]
fn the_context_reaches_what_is_called() -> Result<(), RunError> {
    let _scope = custom_context([("tenant", "a")]);
    assert_eq!(asks_inside::run()?, "a");
    assert_eq!(FlyteContextManager::size(), 2);
    Ok(())
}

#[task(retries = 2)]
async fn flaky(x: i64) -> Result<i64, TaskError> {
    let attempt = flyte_runtime::context::ctx().map_or(0, |context| context.attempt_number());
    if attempt < 2 {
        return Err(TaskError::recoverable("not yet"));
    }
    Ok(x)
}

async fn helper(x: i64) -> i64 {
    slow(x).await
}

mod shapes {
    /// A type and a function of one name.
    #[allow(non_camel_case_types, reason = "called as a function is")]
    pub(crate) struct point(pub(crate) i64);
}

mod named {
    pub(crate) fn named(x: i64) -> i64 {
        x
    }
}
use named::named;

/// Every plain call that goes past nothing.
#[eager]
async fn calls_plainly(x: i64) -> Result<i64, RunError> {
    #![allow(clippy::shadow_unrelated, reason = "an attribute of the function")]
    use shapes::point;

    use crate::helper as renamed;
    macro_rules! of_a_macro {
        ($function:ident) => {
            $function(1)
        };
    }
    fn inside(x: i64) -> i64 {
        x + 1
    }
    let local = |x: i64| async move { x + 1 };
    let shape = point(1);
    let helped = helper(x).await + helper(x).await + renamed(x).await;
    let plain = square(2) + inside(1) + local(1).await + slow(1).await;
    let (a, b) = tokio::join!(slow(1), helper(2));
    let ended = flaky::call(x).await?;
    drop(vec![ended]);
    let text = format!("{}", square(3));
    let sum: i64 = [square(1), std::convert::identity(1)].iter().sum();
    assert_eq!((named)(3), 3);
    let mapped: i64 = [1, 2].map(square).into_iter().map(i64::abs).sum();
    assert_eq!((mapped, of_a_macro!(square)), (5, 1));
    Ok(helped + plain + a + b + shape.0 + text.len() as i64 + sum + twice_squared(1)?)
}

#[test]
fn plain_calls_in_eager_tasks_are_plain() -> Result<(), RunError> {
    // 3 * 2, 4 + 2 + 2 + 2, 2 + 3, 1, 1, 2, 1
    assert_eq!(calls_plainly::run(1)?, 6 + 10 + 5 + 1 + 1 + 2 + 1);
    assert_eq!(flaky::run(3)?, 3);
    Ok(())
}
