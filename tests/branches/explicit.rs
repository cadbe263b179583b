//! Branches that are built by hand, with `conditional`.

use super::*;

/// `test_conditions.py::test_condition_else_fail`, `test_condition_else_int`
#[workflow]
fn multiplier(x: f64) -> f64 {
    conditional("fractions")
        .if_(x.gt(0.1).and(x.lt(1.0)))
        .then(|| twice(x))
        .elif_(x.gt(1.0).and(x.le(10.0)))
        .then(|| squared(x))
        .elif_(x.eq(0.0))
        .then(|| x)
        .else_()
        .fail("The input must be between 0 and 10")
}

#[task]
fn twice(x: f64) -> f64 {
    2.0 * x
}

#[task]
fn squared(x: f64) -> f64 {
    x * x
}

#[test]
fn the_first_condition_that_holds_chooses() {
    assert_eq!(multiplier(0.5).unwrap(), 1.0);
    assert_eq!(multiplier(5.0).unwrap(), 25.0);
    assert_eq!(multiplier(0.0).unwrap(), 0.0);
}

#[test]
fn a_branch_that_fails_says_where_and_why() {
    let error = multiplier(20.0).unwrap_err().to_string();
    assert!(error.starts_with("branch `fractions` failed (node n0 of `branches.explicit.multiplier`): The input must be between 0 and 10\n  branch at tests/branches/explicit.rs:"), "{error}");
}

#[test]
fn the_node_is_as_flytekit_compiles_it() {
    let graph = multiplier::graph().unwrap();
    assert_eq!(graph.nodes().len(), 1);
    assert_eq!(graph.nodes()[0].metadata().name, "fractions");
    let branch = branch(&graph, 0);
    let conditions: Vec<_> = branch
        .cases()
        .iter()
        .map(|case| case.condition.to_string())
        .collect();
    assert_eq!(
        conditions,
        ["x > 0.1 && x < 1.0", "x > 1.0 && x <= 10.0", "x == 0.0"]
    );
    let ids: Vec<_> = branch.case_nodes().map(|case| case.node().id()).collect();
    assert_eq!(ids, ["n0", "n1", "n2"]);
    assert!(
        matches!(branch.default(), BranchElse::Fail(message) if message == "The input must be between 0 and 10")
    );
    let vars: Vec<_> = graph.nodes()[0]
        .bindings()
        .iter()
        .map(|binding| &*binding.var)
        .collect();
    assert_eq!(vars, [".x"]);
    // The case without a call is a workflow of its own.
    let NodeTarget::Inlined(inlined) = branch.cases()[2].then.node().target() else {
        panic!()
    };
    assert_eq!(inlined.name(), "branches.explicit.multiplier.n0-2");
}

#[workflow]
fn several_calls(x: i64, y: i64) -> i64 {
    let before = square(y);
    let result = conditional("c")
        .if_(x.gt(y))
        .then(|| add(double(before), x))
        .elif_(is_even(x))
        .then(|| {
            conditional("inner")
                .if_(before.gt(10))
                .then(|| double(x))
                .else_()
                .then(|| add(before, square(x)))
        })
        .else_()
        .then(|| before);
    double(result)
}

#[test]
fn a_case_may_have_several_calls_and_values_from_around() {
    assert_eq!(several_calls(5, 2).unwrap(), 2 * (2 * 4 + 5));
    assert_eq!(several_calls(2, 5).unwrap(), 2 * (2 * 2));
    assert_eq!(several_calls(2, 3).unwrap(), 2 * (9 + 4));
    assert_eq!(several_calls(1, 3).unwrap(), 2 * 9);
}

#[workflow]
fn modes(x: i64) -> (String, String) {
    let inside = conditional("c")
        .if_(x.gt(0))
        .then(|| branch_mode(x))
        .else_()
        .then(|| {
            conditional("d")
                .if_(x.lt(0))
                .then(|| branch_mode(double(x)))
                .else_()
                .then(|| branch_mode(x))
        });
    (inside, branch_mode(x))
}

#[test]
fn a_task_sees_that_its_branch_is_the_active_one() {
    for x in [1, 0, -1] {
        assert_eq!(
            modes(x).unwrap(),
            (
                BranchEvalMode::BranchActive.to_string(),
                "no branch".to_owned()
            )
        );
    }
}
