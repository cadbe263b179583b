//! Cases of flytekit's unit tests that no other file here has a place for; each test names its case.
//!
//! `docs/features.md` lists all of them, with the places of the others.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::collections::BTreeMap;

use flyte_runtime::{
    compat::options::FailurePolicy,
    graph::{CacheOverride, Node, NodeTarget},
    prelude::*,
};

#[task(timeout = "90s")]
fn add_five(a: i64) -> i64 {
    a + 5
}

#[task]
fn largest(
    number: Option<i64>,
    list: Option<Vec<i64>>,
    map: Option<BTreeMap<String, i64>>,
) -> Option<i64> {
    let list = list.into_iter().flatten();
    let map = map.into_iter().flat_map(BTreeMap::into_values);
    number.into_iter().chain(list).chain(map).max()
}

#[workflow]
fn twice(a: i64) -> i64 {
    add_five(add_five(a))
}

#[launch_plan]
fn twice_plan(a: i64) -> i64 {
    twice(a = a)
}

#[workflow(interruptible, failure_policy = fail_after_executable_nodes_complete)]
fn all_node_types(a: i64) -> (i64, i64) {
    let x = add_five(a);
    let y = twice_plan(x);
    let z = twice(y);
    (x, add_five(z))
}

fn kind(node: &Node) -> &'static str {
    match node.target() {
        NodeTarget::Task(_) => "task",
        NodeTarget::Workflow(_) => "workflow",
        NodeTarget::LaunchPlan(_) => "launch plan",
        _ => "another",
    }
}

/// `test_workflows.py::test_all_node_types`: a task, a launch plan and a sub-workflow in one workflow.
#[test]
fn a_workflow_has_nodes_of_every_kind() {
    assert_eq!(all_node_types(1).unwrap(), (6, 31));
    let graph = all_node_types::graph().unwrap();
    let kinds: Vec<_> = graph.nodes().iter().map(kind).collect();
    assert_eq!(kinds, ["task", "launch plan", "workflow", "task"]);
}

/// `test_workflows.py::test_workflow_values`: what the workflow says for all of its tasks.
#[test]
fn a_workflow_has_defaults_for_its_tasks() {
    let options = all_node_types::descriptor().workflow_options().unwrap();
    assert!(options.interruptible);
    assert_eq!(
        options.failure_policy,
        FailurePolicy::FailAfterExecutableNodesComplete
    );
    assert_eq!(options.failure_policy as i32, 1);
}

#[workflow]
fn of_optional_inputs(
    #[default(None)] number: Option<i64>,
    #[default(None)] list: Option<Vec<i64>>,
) -> (Option<i64>, Option<i64>) {
    (
        largest(number, list, None),
        largest(None, Some(vec![number_or(2)]), None),
    )
}

#[task]
fn number_or(other: i64) -> i64 {
    other
}

/// `test_composition.py::test_optional_input`; a nothing that a workflow hands on is one, where flytekit fails.
#[test]
fn optional_inputs_may_be_left_out() {
    let left_out = call!(of_optional_inputs()).run().unwrap();
    assert_eq!(left_out, (None, Some(2)));
    let given = of_optional_inputs(Some(3), Some(vec![4, 1])).unwrap();
    assert_eq!(given, (Some(4), Some(2)));
}

#[workflow]
fn timeouts(a: i64) -> i64 {
    let a = add_five(a).with_overrides(|o| o.timeout(0));
    let b = add_five(a).with_overrides(|o| o.timeout(10));
    add_five(b)
}

#[workflow]
fn no_timeout(a: i64) -> i64 {
    let timeout = "foo";
    add_five(a).with_overrides(|o| o.timeout(timeout))
}

fn says(node: &Node) -> String {
    node.overrides()
        .map_or_else(String::new, |said| format!("{said:?}"))
}

/// `test_node_creation.py::test_timeout_override` and `test_timeout_override_invalid_value`.
#[test]
fn a_node_has_a_timeout_of_its_own_or_that_of_its_task() {
    let graph = timeouts::graph().unwrap();
    assert!(says(&graph.nodes()[0]).contains("timeout: Some(0ns)"));
    assert!(says(&graph.nodes()[1]).contains("timeout: Some(10s)"));
    assert_eq!(says(&graph.nodes()[2]), "");
    let error = no_timeout::graph().unwrap_err().to_string();
    assert!(error.contains("foo"), "{error}");
}

#[workflow]
fn cached(a: i64) -> i64 {
    let a = add_five(a).with_overrides(|o| o.cache("1"));
    add_five(a).with_overrides(|o| o.cache(CacheOverride::version("1")))
}

/// `test_node_creation.py::test_cache_override_values`: both forms say the same.
#[test]
fn caching_is_said_in_two_forms() {
    let graph = cached::graph().unwrap();
    assert_eq!(graph.nodes()[0].overrides(), graph.nodes()[1].overrides());
}

#[workflow]
fn large_elements(xs: Vec<i64>) -> Vec<i64> {
    xs.map(add_five)
        .with_overrides(|o| o.requests(|r| r.ephemeral_storage("5Gi").mem("2Gi").cpu("1")))
}

/// `test_node_creation.py::test_resources_override`: what a map is given is for each element.
#[test]
fn resources_of_a_map_are_those_of_its_elements() {
    let graph = large_elements::graph().unwrap();
    let said = says(&graph.nodes()[0]);
    for key in [
        r#""cpu": "1""#,
        r#""mem": "2Gi""#,
        r#""ephemeral_storage": "5Gi""#,
    ] {
        assert!(said.contains(key), "{key}: {said}");
    }
    assert_eq!(large_elements(vec![1]).unwrap(), [6]);
}

#[workflow]
fn with_tasks_of_its_own(x: i64) -> String {
    #[task]
    fn shown(x: i64) -> String {
        x.to_string()
    }

    #[task]
    fn repeated(text: &str) -> String {
        text.repeat(2)
    }

    repeated(shown(x))
}

/// `test_resolver.py::test_wf_resolving`: tasks that are declared inside of a workflow. flytekit numbers them, and
/// finds them through the workflow; here they have the names of their module, whatever is declared before them, and are
/// found by these.
#[test]
fn tasks_inside_of_a_workflow_have_names_by_which_they_are_found() {
    assert_eq!(with_tasks_of_its_own(5).unwrap(), "55");
    let graph = with_tasks_of_its_own::graph().unwrap();
    let names: Vec<&str> = graph
        .nodes()
        .iter()
        .map(|node| node.target().name())
        .collect();
    assert_eq!(names, ["conformance.shown", "conformance.repeated"]);
    for name in names {
        let found = flyte_runtime::compat::FlyteEntities::registry()
            .find(name)
            .unwrap();
        assert_eq!(found.name(), name);
    }
}
