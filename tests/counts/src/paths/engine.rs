//! Running graphs, of each shape.

use std::hint::black_box;

use flyte_runtime::{CallByName, Entity, graph::conditional, prelude::*};

use super::{HotPath, TASKS, add_one, chain, runner, runs};

pub(super) const PATHS: [HotPath; 16] = [
    HotPath {
        name: "branch",
        operation: "a branch of eleven cases",
        each: BRANCHES,
        rounds: 20,
        prepare: || runs(runner(), branches::call(1)),
    },
    HotPath {
        name: "builder",
        operation: "a run of one task",
        each: 1,
        rounds: 1_000,
        prepare: || Box::new(|| drop(black_box(call!(add_one(x = 7)).run()))),
    },
    HotPath {
        name: "call_by_name",
        operation: "a run of one task",
        each: 1,
        rounds: 1_000,
        prepare: || {
            let call = CallByName::new(add_one::descriptor()).input("x", 7_i64);
            Box::new(move || {
                let call = call.clone().input("x", black_box(7_i64));
                assert_eq!(call.run_with::<i64>(&runner()).expect("it runs"), 8);
            })
        },
    },
    HotPath {
        name: "chain",
        operation: "a task",
        each: TASKS,
        rounds: 20,
        prepare: || runs(runner(), chain::call(1)),
    },
    HotPath {
        name: "chain_async",
        operation: "a task",
        each: TASKS,
        rounds: 20,
        prepare: || runs(runner(), chain_async::call(1)),
    },
    HotPath {
        name: "chain_observed",
        operation: "a task",
        each: TASKS,
        rounds: 5,
        prepare: || {
            let runner = runner().observe(|event: &flyte_runtime::events::Event| {
                black_box(event);
            });
            runs(runner, chain::call(1))
        },
    },
    HotPath {
        name: "chain_strict",
        operation: "a task",
        each: TASKS,
        rounds: 10,
        prepare: || runs(runner().strict(true), chain::call(1)),
    },
    HotPath {
        name: "dynamic",
        operation: "a dynamic task of ten nodes",
        each: DYNAMIC,
        rounds: 10,
        prepare: || runs(runner(), dynamics::call(1)),
    },
    HotPath {
        name: "eager",
        operation: "an awaited call",
        each: AWAITED,
        rounds: 20,
        prepare: || runs(runner(), eager_calls::call(1)),
    },
    HotPath {
        name: "fan_out",
        operation: "a task",
        each: TASKS,
        rounds: 20,
        prepare: || runs(runner(), fan_out::call(1)),
    },
    HotPath {
        name: "map",
        operation: "an element",
        each: TASKS,
        rounds: 20,
        prepare: || runs(runner(), map::call((0..TASKS as i64).collect())),
    },
    HotPath {
        name: "retries_declared",
        operation: "a task that is tried once",
        each: RETRIED,
        rounds: 20,
        prepare: || runs(runner(), declares_retries::call(1)),
    },
    HotPath {
        name: "retries_used",
        operation: "a task that is tried twice",
        each: RETRIED,
        rounds: 20,
        prepare: || runs(runner(), fails_first::call(1)),
    },
    HotPath {
        name: "sub_workflow",
        operation: "a workflow of one task",
        each: TASKS,
        rounds: 10,
        prepare: || runs(runner(), chain_of_workflows::call(1)),
    },
    HotPath {
        name: "timeout_async",
        operation: "a task",
        each: RETRIED,
        rounds: 20,
        prepare: || beside_a_timer(runs(runner(), limited_async::call(1))),
    },
    HotPath {
        name: "timeout_sync",
        operation: "a task",
        each: RETRIED,
        rounds: 20,
        prepare: || beside_a_timer(runs(runner(), limited_sync::call(1))),
    },
];

const BRANCHES: u64 = 100;

/// Branches one after the other, each with eleven cases, of which the last one runs.
#[workflow]
fn branches(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..BRANCHES {
        let mut cases = conditional("first").if_(x.lt(0)).then(|| add_one(x));
        for limit in 1..10 {
            cases = cases.elif_(x.eq(-limit)).then(|| add_one(x));
        }
        x = cases.else_().then(|| add_one(x));
    }
    x
}

#[task]
async fn add_one_async(x: i64) -> i64 {
    black_box(x) + 1
}

#[workflow]
fn chain_async(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..TASKS {
        x = add_one_async(x);
    }
    x
}

const DYNAMIC: u64 = 50;

#[dynamic]
fn ten_nodes(x: i64) -> i64 {
    let mut last = add_one(x);
    for _ in 1..10 {
        last = add_one(last);
    }
    last
}

#[workflow]
fn dynamics(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..DYNAMIC {
        x = ten_nodes(x);
    }
    x
}

const AWAITED: u64 = 100;

/// Calls that are started before the first is awaited: whether a single one has ended when it is awaited is a matter
/// of chance.
#[eager]
async fn eager_calls(x: i64) -> Result<i64, RunError> {
    let started: Vec<_> = (0..AWAITED as i64)
        .map(|more| add_one::call(x + more).start())
        .collect();
    let mut sum = 0;
    for call in started {
        sum += call.await?;
    }
    Ok(sum)
}

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[workflow]
fn fan_out(x: i64) -> i64 {
    let mut all = vec![];
    for _ in 0..TASKS {
        all.push(add_one(x));
    }
    sum(all)
}

#[workflow]
fn map(xs: Vec<i64>) -> Vec<i64> {
    xs.map(add_one)
}

const RETRIED: u64 = 100;

#[task(retries = 1)]
fn add_one_or_again(x: i64) -> i64 {
    black_box(x) + 1
}

#[workflow]
fn declares_retries(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..RETRIED {
        x = add_one_or_again(x);
    }
    x
}

/// Fails at its first attempt.
#[task(retries = 1)]
fn add_one_at_last(x: i64) -> Result<i64, &'static str> {
    match ctx().map_or(0, |ctx| ctx.attempt_number()) {
        0 => Err("not yet"),
        _ => Ok(black_box(x) + 1),
    }
}

#[workflow]
fn fails_first(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..RETRIED {
        x = add_one_at_last(x);
    }
    x
}

#[workflow]
fn inner(x: i64) -> i64 {
    add_one(x)
}

#[workflow]
fn chain_of_workflows(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..TASKS {
        x = inner(x);
    }
    x
}

/// Ends never, and earlier than others.
#[task(timeout = "30m")]
async fn waits() {
    std::future::pending::<()>().await;
}

/// Rounds while a timer is set for something else. The first timer of all wakes the thread that looks after them, and
/// whether that has fallen asleep is a matter of chance.
fn beside_a_timer(mut round: Box<dyn FnMut()>) -> Box<dyn FnMut()> {
    let waiting = runner().start(waits::call());
    Box::new(move || {
        black_box(&waiting);
        round();
    })
}

#[task(timeout = "1h")]
async fn add_one_in_time_async(x: i64) -> i64 {
    black_box(x) + 1
}

#[workflow]
fn limited_async(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..RETRIED {
        x = add_one_in_time_async(x);
    }
    x
}

#[task(timeout = "1h")]
fn add_one_in_time(x: i64) -> i64 {
    black_box(x) + 1
}

#[workflow]
fn limited_sync(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..RETRIED {
        x = add_one_in_time(x);
    }
    x
}
