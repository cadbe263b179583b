//! What is wrong with a branch and only building the graph can show, and what can be said of its nodes.

use super::*;
use std::cell::Cell;

#[workflow]
fn escaped(x: i64) -> i64 {
    let kept = Cell::new(x);
    if x > 1 {
        kept.set(square(x));
    }
    double(kept.get())
}

#[test]
fn a_promise_that_leaves_its_case_is_reported_with_both_places() {
    let error = escaped::graph().unwrap_err().to_string();
    let used = error.contains("`branches.double` at tests/branches/mistakes.rs:");
    let made = error.contains("one case of the branch at tests/branches/mistakes.rs:");
    assert!(used && made, "{error}");
}

#[workflow]
fn failing_after_a_call(x: i64) {
    if x > 1 {
        nothing(x);
        fail("too late");
    }
}

#[test]
fn a_case_that_fails_calls_nothing() {
    let error = failing_after_a_call::graph().unwrap_err().to_string();
    assert!(
        error.contains("fails with \"too late\" calls tasks, too"),
        "{error}"
    );
}

#[workflow]
fn overridden(x: i64) -> i64 {
    let y = if x > 1 {
        square(x)
    } else {
        double(x).with_overrides(|o| o.node_name("twice"))
    };
    let y = y.with_overrides(|o| o.node_name("chosen").name("which one"));
    add(y, 1)
}

#[test]
fn a_branch_and_the_calls_in_it_have_ids_to_override() {
    let graph = overridden::graph().unwrap();
    assert_eq!(graph.nodes()[0].id(), "chosen");
    assert_eq!(graph.nodes()[0].metadata().name, "which one");
    let ids: Vec<_> = branch(&graph, 0)
        .case_nodes()
        .map(|case| case.node().id())
        .collect();
    assert_eq!(ids, ["n0", "twice"]);
    assert_eq!(overridden(3).unwrap(), 10);
}

#[workflow]
fn overridden_as_a_task(x: i64) -> i64 {
    let y = if x > 1 { square(x) } else { x };
    y.with_overrides(|o| o.retries(3))
}

#[test]
fn a_branch_has_no_options_of_tasks() {
    let error = overridden_as_a_task::graph().unwrap_err().to_string();
    assert!(error.contains("node `n0` is a branch"), "{error}");
}

#[workflow]
fn ordered(x: i64) -> i64 {
    let first = nothing(x);
    let y = if x > 1 {
        let squared = square(x);
        first >> squared;
        squared
    } else {
        x
    };
    y
}

#[test]
fn order_inside_a_case_is_order_of_the_branch() {
    let graph = ordered::graph().unwrap();
    assert_eq!(graph.nodes()[1].upstream(), [0]);
    assert_eq!(ordered(3).unwrap(), 9);
}
