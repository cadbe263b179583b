//! Eager tasks: async functions whose calls go through the engine.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use flyte_runtime::{
    RunError,
    compat::{ExecutionState, FlyteContextManager, Mode},
    context::{FlyteContext, custom_context, get_custom_context},
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
    let started: Vec<_> = xs.iter().map(|&x| slow::call(x).start()).collect();
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
            .run(side_by_side::call(vec![2, 3]))?;
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
    let context = FlyteContext::current();
    let mode = context.execution_state().and_then(ExecutionState::mode);
    mode == Some(Mode::EagerLocalExecution)
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
    let attempt = ctx().map_or(0, |context| context.attempt_number());
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

/// Tasks with options, called plainly where the macro cannot see that they are tasks.
mod hidden {
    #![allow(non_snake_case, unused_parens, reason = "written to be unusual")]
    use super::*;

    /// What a task has been given that was called plainly, which no test may see.
    const REFUSED: i64 = 77;

    fn ran(x: i64) -> i64 {
        assert_ne!(x, REFUSED, "the task has run");
        x
    }

    macro_rules! tasks {
        ($($name:ident)*) => { $(
            #[task(retries = 3)]
            async fn $name(x: i64) -> Result<i64, TaskError> {
                Ok(ran(x))
            }
        )* };
    }

    tasks!(Load 名前 sleep approve fail plain);

    #[task(cache = "1")]
    fn drop(x: i64) -> i64 {
        ran(x)
    }

    #[task(retries = 1, type_name = Other)]
    fn other(x: i64) -> i64 {
        ran(x)
    }

    async fn helper(x: i64) -> Result<i64, TaskError> {
        plain(x).await
    }

    /// What it calls is called as plainly as it is itself.
    #[task]
    async fn without_options(x: i64) -> Result<i64, TaskError> {
        plain(x).await
    }

    #[task]
    fn sync_without_options(x: i64) -> i64 {
        (drop)(x)
    }

    #[eager(retries = 2)]
    async fn with_options(x: i64) -> Result<i64, RunError> {
        plain::call(x).await
    }

    /// An eager task that calls a task plainly: the task and the entity that it is refused with.
    macro_rules! refused {
        ($($test:ident: $task:literal, $entity:literal, |$x:ident| $body:expr;)*) => { $(
            mod $test {
                use super::*;

                static ATTEMPTS: AtomicUsize = AtomicUsize::new(0);

                #[eager(retries = 2)]
                async fn body($x: i64) -> Result<i64, TaskError> {
                    ATTEMPTS.fetch_add(1, Ordering::Relaxed);
                    Ok($body)
                }

                #[test]
                fn is_refused() {
                    for jobs in [1, 2] {
                        let result = Runner::local().jobs(jobs).run(body::call(REFUSED));
                        let error = result.expect_err("the call goes past the engine").to_string();
                        let task = concat!(
                            "`eager::hidden::", $task, "` has options, which the engine applies, ",
                            "and a plain call in the eager task `eager.hidden.", stringify!($test), ".body` at ",
                        );
                        assert!(error.contains(task), "{error}");
                        assert!(error.contains("eager.rs:"), "{error}");
                        let write = concat!("write `", $entity, "::call(..).await`");
                        assert!(error.contains(write), "{error}");
                    }
                    // Another attempt would be no better.
                    assert_eq!(ATTEMPTS.load(Ordering::Relaxed), 2);
                }
            }
        )* };
    }

    refused! {
        a_name_with_a_capital: "Load", "Load", |x| Load(x).await?;
        a_name_without_capitals: "名前", "名前", |x| 名前(x).await?;
        a_name_of_the_prelude: "sleep", "sleep", |x| sleep(x).await?;
        another_of_the_prelude: "approve", "approve", |x| approve(x).await?;
        a_third_of_the_prelude: "fail", "fail", |x| fail(x).await?;
        a_name_in_parentheses: "plain", "plain", |x| (plain)(x).await?;
        a_name_that_is_kept: "plain", "plain", |x| {
            let kept = plain;
            kept(x).await?
        };
        a_local_of_the_name: "plain", "plain", |x| {
            let (plain, _) = (plain, 1);
            plain(x).await?
        };
        a_sync_name_of_the_prelude: "drop", "drop", |x| drop(x);
        a_function_that_is_passed_on: "drop", "drop", |x| [x].map(drop)[0];
        an_entity_of_another_name: "other", "Other", |x| (other)(x);
        a_helper: "plain", "plain", |x| helper(x).await?;
        a_task_that_is_called_plainly: "plain", "plain", |x| without_options(x).await?;
        an_eager_task: "with_options", "with_options", |x| {
            (with_options)(x).await.map_err(|error| TaskError::fatal(error.to_string()))?
        };
        calls_side_by_side: "plain", "plain", |x| tokio::join!((plain)(x), slow(1)).0?;
        a_call_after_a_wait: "plain", "plain", |x| {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let one = without_options::call(1).await.map_err(|error| TaskError::fatal(error.to_string()))?;
            helper(x + one - 1).await?
        };
        a_future_in_a_context: "plain", "plain", |x| {
            let context = FlyteContext::current().with_custom_context([("tenant", "a")]).build();
            context.scope(helper(x)).await?
        };
    }

    #[eager]
    async fn starts_others(x: i64) -> Result<i64, String> {
        let spawned = flyte_runtime::context::spawn(helper(x)).await;
        let blocking =
            flyte_runtime::context::spawn_blocking(move || sync_without_options(x)).await;
        let thread = flyte_runtime::context::thread::spawn(move || (other)(x)).join();
        assert!(spawned.is_err_and(|error| error.is_panic()));
        assert!(blocking.is_err_and(|error| error.is_panic()));
        assert!(thread.is_err());
        Ok(x)
    }

    #[test]
    fn what_the_body_starts_belongs_to_it() -> Result<(), RunError> {
        assert_eq!(starts_others::run(REFUSED)?, REFUSED);
        Ok(())
    }

    #[eager(retries = 1)]
    async fn through_the_engine(x: i64) -> Result<i64, RunError> {
        let a = without_options::call(x).await?;
        let b = sync_without_options::call(x).await?;
        let (c, d) = tokio::try_join!(with_options::call(x), Other::call(x))?;
        let graph = twice_squared::graph().map_err(RunError::from)?;
        assert_eq!(graph.nodes().len(), 2);
        Ok(a + b + c + d)
    }

    #[test]
    fn tasks_that_the_engine_runs_may_call_others_plainly() -> Result<(), RunError> {
        for jobs in [1, 2] {
            assert_eq!(
                Runner::local()
                    .jobs(jobs)
                    .run(through_the_engine::call(3))?,
                12
            );
        }
        Ok(())
    }

    #[test]
    fn outside_of_eager_tasks_calls_stay_plain() {
        assert_eq!((drop(1), other(2), sync_without_options(3)), (1, 2, 3));
    }
}
