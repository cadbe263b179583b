//! The names of what is added.

use super::*;

/// The names of the tasks and the graphs that the nodes of a graph run, those in cases included.
fn names(graph: &Graph) -> Vec<String> {
    let paths = NodePath::all_of(graph);
    let nodes = paths.iter().filter_map(|path| path.find_in(graph));
    nodes
        .filter_map(|node| match node.target() {
            NodeTarget::Task(task) => Some(task.name().to_owned()),
            NodeTarget::Inlined(inner) => Some(inner.name().to_owned()),
            _ => None,
        })
        .collect()
}

/// Ids may look like several that are joined.
#[test]
fn what_is_added_for_two_nodes_has_two_names() {
    #[launch_plan(name = "lowering.other_plan")]
    fn other_plan(x: i64) -> i64 {
        sum(x = x, k = 2)
    }
    #[workflow]
    fn clash(xs: Vec<i64>, n: i64) -> i64 {
        let some = if n > 0 {
            xs.map(|x| sum_plan(x, n))
        } else {
            xs.map(other_plan)
        };
        let other = xs.map(other_plan).with_overrides(|o| o.node_name("n0-n0"));
        total(some, total(other, 1))
    }
    let prefix = "lowering.names.clash";
    let expected = ["n0-n0-map-1", "n0-n0-map", "n0-n1-map"];
    let lowered = lowered::<clash>();
    let mut found = names(lowered.graph());
    found.retain(|name| name.starts_with(prefix));
    found.sort_unstable();
    let mut expected = expected.map(|name| format!("{prefix}.{name}"));
    expected.sort_unstable();
    assert_eq!(found, expected);
    // Containers look them up by name.
    assert_eq!(
        names(lower(lowered.source()).graph()),
        names(lowered.graph())
    );
}

#[test]
fn nor_are_they_called_as_what_the_workflow_calls() {
    #[task(name = "lowering.names.calls.n0-map")]
    fn named(xs: &[i64]) -> i64 {
        xs.iter().sum()
    }
    #[workflow]
    fn calls(xs: Vec<i64>, k: i64) -> i64 {
        named(xs.map(|x| sum_plan(x, k)))
    }
    let expected = [
        "lowering.names.calls.n0-map-1",
        "lowering.names.calls.n0-map",
    ];
    assert_eq!(names(lowered::<calls>().graph()), expected);
}

/// A workflow that is registered, and one that is a part of another.
#[test]
fn nor_one_as_another_that_is_added() {
    #[echo_task]
    fn both(a: i64, b: i64) -> (i64, i64);

    #[workflow]
    fn parts(texts: Vec<String>, a: i64) -> i64 {
        let lengths = texts.map(length);
        let (a, b) = both(a, 2).with_overrides(|o| o.node_name("n0-each"));
        total(lengths, total(vec![a, b], 1))
    }
    // The map's workflow is registered as `lowering.names.parts.n0-each`.
    let expected = [
        "lowering.names.parts.n0-map",
        "lowering.names.parts.n0-each-1",
    ];
    assert_eq!(names(lowered::<parts>().graph())[..2], expected);
}

/// A cluster calls the node of a case by the id of the branch and its own.
#[test]
fn what_is_added_has_no_id_of_a_case() {
    #[workflow]
    fn named_case(n: i64) -> i64 {
        if numbers(n).at(1) > 3 {
            square(n).with_overrides(|o| o.node_name("in"))
        } else {
            square(1)
        }
    }
    let lowered = lowered::<named_case>();
    assert_eq!(done(&lowered), [added(Change::Condition, "n1", "n1-in-1")]);
}
