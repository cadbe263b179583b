//! Branches: which case runs, what a branch gives, and what it compiles to. The flytekit tests that pin it there are
//! named; one module a subject.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use flyte_core::graph::BranchElse;
use flyte_runtime::{
    compat::{self, BranchEvalMode},
    context,
    graph::{BranchNode, Graph, Node, NodeTarget, conditional},
    prelude::*,
};

mod as_flytekit;
mod conditions;
mod engine;
mod explicit;
mod failing;
mod long;
mod matching;
mod mistakes;
mod parts;
mod plain;
mod random;
mod values;
mod variables;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn double(x: i64) -> i64 {
    2 * x
}

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn is_even(x: i64) -> bool {
    x % 2 == 0
}

#[task]
fn nothing(_x: i64) {}

#[task]
fn sum_and_difference(a: i64, b: i64) -> (i64, i64) {
    (a + b, a - b)
}

#[task]
fn describe(x: i64, text: String) -> String {
    format!("{text} {x}")
}

/// What the task sees of the branch around it.
#[task]
fn branch_mode(_x: i64) -> String {
    let context = context::FlyteContext::current();
    let mode = context
        .execution_state()
        .and_then(compat::ExecutionState::branch_eval_mode);
    mode.map_or("no branch".to_owned(), |mode| mode.to_string())
}

fn branch(graph: &Graph, node: usize) -> &BranchNode {
    match graph.nodes()[node].target() {
        NodeTarget::Branch(branch) => branch,
        other => panic!("no branch: {other:?}"),
    }
}
