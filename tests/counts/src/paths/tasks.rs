//! Calls of one task, and what a task and its caller reach.

use std::hint::black_box;

use flyte_runtime::{
    compat::FlyteContextManager,
    context::{FlyteContext, custom_context},
    prelude::*,
};

use super::{HotPath, runner, runs};

pub(super) const PATHS: [HotPath; 7] = [
    HotPath {
        name: "context_current",
        operation: "a look at the context",
        each: 1_000,
        rounds: 10,
        prepare: || {
            Box::new(|| {
                for _ in 0..1_000 {
                    black_box(FlyteContextManager::current_context());
                }
            })
        },
    },
    HotPath {
        name: "context_custom",
        operation: "a scope with one value",
        each: 1,
        rounds: 1_000,
        prepare: || Box::new(|| drop(black_box(custom_context([("tenant", "a")])))),
    },
    HotPath {
        name: "context_of_a_task",
        operation: "a look at the context",
        each: CALLS,
        rounds: 20,
        prepare: || runs(runner(), asks_its_context::call(1)),
    },
    HotPath {
        name: "context_scope",
        operation: "entering and leaving one",
        each: 1,
        rounds: 1_000,
        prepare: || {
            let builder = FlyteContext::current().new_builder();
            Box::new(move || {
                let level = |context: &FlyteContext| context.level();
                black_box(FlyteContextManager::with_context(
                    builder.clone(),
                    |context| level(context),
                ));
            })
        },
    },
    HotPath {
        name: "plain_call",
        operation: "a call of the function",
        each: CALLS,
        rounds: 20,
        prepare: || {
            Box::new(|| {
                black_box(squares(black_box(3)));
            })
        },
    },
    HotPath {
        name: "plain_call_in_a_task",
        operation: "a call of the function",
        each: CALLS,
        rounds: 20,
        prepare: || runs(runner(), calls_plainly::call(3)),
    },
    HotPath {
        name: "run",
        operation: "a run of one task",
        each: 1,
        rounds: 1_000,
        prepare: || runs(runner(), square::call(3)),
    },
];

const CALLS: u64 = 10_000;

#[task]
fn square(x: i64) -> i64 {
    x.wrapping_mul(x)
}

/// As code calls a task that does not run it as one.
fn squares(x: i64) -> i64 {
    let mut sum = 0_i64;
    for _ in 0..CALLS {
        sum = sum.wrapping_add(black_box(square(black_box(x))));
    }
    sum
}

#[task]
fn calls_plainly(x: i64) -> i64 {
    squares(x)
}

#[task]
fn asks_its_context(x: i64) -> i64 {
    let mut attempts = 0;
    for _ in 0..CALLS {
        attempts += ctx().map_or(0, |ctx| ctx.attempt_number());
    }
    x + i64::from(attempts)
}
