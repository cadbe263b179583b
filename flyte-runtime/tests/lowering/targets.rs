//! Nodes that run what the compiler refuses: references, launch plans in maps, several echoes, short timeouts.

use super::*;

#[test]
fn a_workflow_of_a_cluster_becomes_its_launch_plan() {
    #[reference_workflow(
        project = "web",
        domain = "production",
        name = "site.build",
        version = "v3"
    )]
    fn there(x: i64) -> i64;

    #[workflow]
    fn refers(x: i64) -> i64 {
        there(x)
    }
    let lowered = lowered::<refers>();
    assert_eq!(
        done(&lowered),
        [(Change::ReferenceWorkflow, "n0".to_owned(), None, false)]
    );
    assert!(matches!(
        lowered.graph().nodes()[0].target(),
        NodeTarget::LaunchPlan(_)
    ));
}

#[test]
fn an_echo_of_several_values_becomes_a_pass_through() {
    #[echo_task]
    fn both(a: i64, b: String) -> (i64, String);

    #[workflow]
    fn echoed(a: i64, b: String) -> (i64, String) {
        both(a, b)
    }
    let lowered = lowered::<echoed>();
    assert_eq!(
        done(&lowered),
        [(Change::Echo, "n0".to_owned(), None, false)]
    );
    let through = inner(lowered.graph(), &["n0"]);
    assert!(is_only_a_gate(&through));
    let names = |variables: &[flyte_core::graph::Variable]| {
        variables
            .iter()
            .map(|variable| variable.name.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&through.interface().inputs), ["a", "b"]);
    assert_eq!(names(&through.interface().outputs), ["o0", "o1"]);
}

#[test]
fn a_timeout_is_one_second_at_least() {
    #[task(timeout = "100ms")]
    fn quick(x: i64) -> i64 {
        x
    }
    #[workflow]
    fn short(x: i64) -> i64 {
        square(x).with_overrides(|o| o.timeout("20ms"));
        quick(x).with_overrides(|o| o.timeout("3s"));
        quick(x)
    }
    let expected = ["n0", "n2"].map(|node| (Change::Timeout, node.to_owned(), None, false));
    assert_eq!(done(&lowered::<short>()), expected);
}

#[test]
fn a_map_over_a_launch_plan_becomes_a_task() {
    #[workflow]
    fn plans(xs: Vec<i64>, k: i64) -> Vec<i64> {
        xs.map(|x| sum_plan(x, k)).concurrency(3)
    }
    let lowered = lowered::<plans>();
    assert_eq!(
        done(&lowered),
        [with_pod(Change::LaunchPlanMap, "n0", None)]
    );
    let signature = signature(lowered.graph(), "n0");
    assert_eq!(signature.0, "x: list of integer, k: integer");
    assert_eq!(signature.1, "o0: list of integer");
}

/// Flyte fails with the first call that fails.
#[test]
fn one_that_lets_elements_fail_stays() {
    #[workflow]
    fn some(xs: Vec<i64>) -> Vec<Option<i64>> {
        xs.map(|x| sum_plan(x, 1)).min_successes(1)
    }
    let graph = some::graph().expect("it can be compiled");
    assert!(Arc::ptr_eq(lower(&graph).graph(), &graph));
}

#[test]
fn a_job_has_a_large_constant_once() {
    #[workflow]
    fn large(k: i64) -> (i64, i64, i64) {
        let xs: Vec<i64> = (0..9_000).collect();
        let case = if k > 1 {
            total(xs.clone(), 1)
        } else {
            total(vec![1], 2)
        };
        (total(xs.clone(), k), total(xs, 5), case)
    }
    let graph = large::graph().expect("it can be compiled");
    // A workflow is registered, and its parts are files of their own.
    assert!(Arc::ptr_eq(lower(&graph).graph(), &graph));
    let lowered = lower_job(&graph);
    every_node_has_its_source(&lowered);
    assert_eq!(done(&lowered), [added(Change::Constant, "", "constants")]);
    let graph = lowered.graph();
    assert_eq!(ids(graph), ["constants", "n0", "n1", "n2"]);
    assert_eq!(inner(graph, &["constants"]).interface().inputs.len(), 1);
    let upstream = graph.nodes().iter().map(|node| node.upstream().to_vec());
    let upstream: Vec<_> = upstream.collect();
    assert_eq!(upstream, [vec![], vec![], vec![0], vec![0]]);
    let case = NodePath::of(["n0", "n0"])
        .find_in(graph)
        .expect("it is there");
    assert_eq!(case.upstream(), [0]);
}

/// Only a workflow that is registered can name it.
#[test]
fn a_map_over_a_task_of_a_cluster_becomes_one_outside_of_jobs() {
    #[workflow]
    fn lengths(texts: Vec<String>) -> Vec<i64> {
        texts.map(length)
    }
    let expected = [with_pod(Change::LaunchPlanMap, "n0", None)];
    assert_eq!(done(&lowered::<lengths>()), expected);
    let graph = lengths::graph().expect("it can be compiled");
    assert!(lower_job(&graph).lowerings().is_empty());
}
