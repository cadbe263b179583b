//! Which case runs, and what is told of one that fails.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};

static CALLS: AtomicUsize = AtomicUsize::new(0);

#[task]
fn counted(x: i64) -> i64 {
    CALLS.fetch_add(1, Ordering::Relaxed);
    x
}

/// `test_conditions.py::test_call_counts`
#[workflow]
fn call_counts(x: i64) -> i64 {
    if x == 1 {
        counted(x)
    } else if x == 2 {
        counted(x)
    } else if x == 3 {
        counted(x)
    } else {
        counted(x)
    }
}

#[test]
fn only_the_chosen_case_runs() {
    assert_eq!(call_counts(2).unwrap(), 2);
    assert_eq!(CALLS.load(Ordering::Relaxed), 1);
    let graph = call_counts::graph().unwrap();
    assert_eq!(branch(&graph, 0).cases().len(), 3);
}

/// Where flytekit loses every later task: a branch whose value nobody uses.
#[workflow]
fn unused_branch(x: i64) -> i64 {
    if x > 1 {
        nothing(x);
    }
    double(square(x))
}

#[test]
fn what_follows_a_branch_is_there() {
    assert_eq!(unused_branch(3).unwrap(), 18);
    assert_eq!(unused_branch::graph().unwrap().nodes().len(), 3);
}

#[task]
fn broken(_x: i64) -> Result<i64, String> {
    Err("broken".to_owned())
}

#[workflow]
fn fails_inside(x: i64) -> i64 {
    if x > 1 { broken(double(x)) } else { x }
}

#[test]
fn a_failure_inside_names_the_way_to_its_node() {
    let error = fails_inside(3).unwrap_err().to_string();
    assert!(
        error.contains("(node n0/n0/n1 of `branches.engine.fails_inside`): broken"),
        "{error}"
    );
    assert_eq!(fails_inside(1).unwrap(), 1);
}
