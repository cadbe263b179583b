//! Options of workflows.

use flyte_runtime::prelude::*;

#[task]
fn work(x: i64) -> i64 {
    x
}

#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn goes_on(x: i64) -> i64 {
    work(x)
}

#[workflow(failure_policy = fail_immediately, interruptible)]
fn stops(x: i64) -> i64 {
    work(x)
}

#[workflow(interruptible = false)]
fn outer(x: i64) -> i64 {
    stops(goes_on(x))
}
