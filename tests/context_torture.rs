//! Contexts under load: many threads and async tasks at once, with panics, retries and dropped futures.
//!
//! `FLYTE_TEST_ROUNDS=10000 cargo test -p flyte-tests --test context_torture` runs the tests in full.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use flyte_runtime::{
    compat::FlyteContextManager,
    context::{FlyteContext, custom_context, get_custom_context},
    prelude::*,
};

fn tenant() -> String {
    get_custom_context()
        .get("tenant")
        .cloned()
        .unwrap_or_default()
}

fn with_tenant(name: &str) -> FlyteContext {
    FlyteContext::current()
        .with_custom_context([("tenant", name)])
        .build()
}

/// A small generator of numbers, the same in every run of the tests.
fn next(state: &mut u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn rounds(usual: u64) -> u64 {
    std::env::var("FLYTE_TEST_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(usual)
}

/// 64 tasks on 4 threads, each nesting 5 contexts with waits between, some dropped half-way.
#[test]
fn torture_async_scopes_never_mix() {
    async fn nest(id: u64, depth: u64, mut seed: u64) {
        if depth == 0 {
            return;
        }
        let name = format!("{id}/{depth}");
        let context = with_tenant(&name);
        let inside = context.scope(async move {
            for _ in 0..next(&mut seed) % 3 {
                tokio::task::yield_now().await;
                assert_eq!(tenant(), name);
            }
            {
                // Cannot be kept across the next wait: a guard is not `Send`.
                let _guard = custom_context([("guarded", name.clone())]);
                assert_eq!(
                    (tenant(), get_custom_context()["guarded"].clone()),
                    (name.clone(), name.clone())
                );
            }
            Box::pin(nest(id, depth - 1, seed)).await;
            assert_eq!(tenant(), name);
        });
        inside.await;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..64u64)
            .map(|id| {
                tokio::spawn(async move {
                    let mut seed = id;
                    for _ in 0..rounds(200) {
                        if next(&mut seed).is_multiple_of(8) {
                            // Dropped half-way.
                            let mut half = Box::pin(nest(id, 5, seed));
                            let _pending = std::future::poll_fn(|cx| {
                                std::task::Poll::Ready(half.as_mut().poll(cx))
                            })
                            .await;
                            drop(half);
                        } else {
                            nest(id, 5, seed).await;
                        }
                        assert_eq!((tenant().as_str(), FlyteContextManager::size()), ("", 1));
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

/// Five contexts deep in a task, with waits between; every one is what this very task has entered.
async fn nest_in_task(id: u64, depth: u64, mut seed: u64) -> u64 {
    if depth == 0 {
        return 0;
    }
    let name = format!("{id}/{depth}");
    let inside = with_tenant(&name).scope(async move {
        for _ in 0..next(&mut seed) % 3 {
            tokio::task::yield_now().await;
        }
        let inner = Box::pin(nest_in_task(id, depth - 1, seed)).await;
        let task = ctx().unwrap();
        assert_eq!((tenant(), task.data()["run"].parse()), (name, Ok(id)));
        inner + 1
    });
    inside.await
}

/// Every fourth fails at first, half-way in.
#[task(retries = 1)]
async fn nests(id: u64, seed: u64) -> Result<u64, String> {
    let told = ctx().unwrap();
    let first = told.attempt_number() == 0;
    let entered = nest_in_task(id, if first && id.is_multiple_of(4) { 2 } else { 5 }, seed).await;
    let here = (tenant(), told.action().name().to_owned());
    assert_eq!((here.0.as_str(), FlyteContextManager::size()), ("", 2));
    if first && id.is_multiple_of(4) {
        return Err("not yet".to_owned());
    }
    Ok(entered)
}

/// Eight tasks side by side, in a run of their own.
#[workflow]
fn eight_nest(id: u64, seed: u64) -> Vec<u64> {
    (0..8).map(|_| nests(id, seed)).collect::<Vec<_>>()
}

/// 64 async tasks at a time, in 8 runs at once, through the engine: each sees its own contexts and those of its run
/// alone.
#[test]
fn torture_tasks_of_runs_at_once_never_mix() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        for round in 0..rounds(50) {
            let runs: Vec<_> = (0..8u64)
                .map(|id| {
                    let context = FlyteContext::current().with_data([("run", id.to_string())]);
                    tokio::spawn(context.build().scope(async move {
                        eight_nest::call(id, round * 64 + id).start().await.unwrap()
                    }))
                })
                .collect();
            for run in runs {
                assert_eq!(run.await.unwrap(), [5; 8]);
            }
            assert_eq!(FlyteContextManager::size(), 1);
        }
    });
}

/// 16 threads, each nesting 5 contexts, with panics thrown inside.
#[test]
fn torture_threads_never_mix() {
    fn nest(id: u64, depth: u64, seed: &mut u64) {
        let name = format!("{id}/{depth}");
        FlyteContextManager::with_context(
            FlyteContext::current().with_custom_context([("tenant", &name)]),
            |_| {
                if depth > 1 {
                    nest(id, depth - 1, seed);
                }
                assert_eq!(tenant(), name);
                if next(seed).is_multiple_of(5) {
                    std::panic::resume_unwind(Box::new("planned"));
                }
            },
        );
    }
    std::thread::scope(|scope| {
        for id in 0..16 {
            scope.spawn(move || {
                let mut seed = id;
                for _ in 0..rounds(500) {
                    let outcome = catch_unwind(AssertUnwindSafe(|| nest(id, 5, &mut seed)));
                    if let Err(panic) = outcome {
                        assert_eq!(panic.downcast_ref::<&str>(), Some(&"planned"));
                    }
                    assert_eq!((tenant().as_str(), FlyteContextManager::size()), ("", 1));
                }
            });
        }
    });
}
