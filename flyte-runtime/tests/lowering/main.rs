//! Which graphs Flyte 1 is told in the place of those that its compiler refuses, and which nodes of them belong to
//! which of the source.

mod cases;
mod conditions;
mod gates;
mod names;
mod targets;

use flyte_check::lower::{Change, Lowered, Lowering, NodePath, lower, lower_job};
use flyte_core::graph::{PathStep, Producer};
use flyte_runtime::{
    Entity,
    graph::{Graph, NodeTarget, conditional},
    prelude::*,
};
use std::{sync::Arc, time::Duration};

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Parcel {
    weight: f64,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum Kind {
    Box,
    Letter,
}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn note(x: i64) {
    let _seen = x;
}

#[task]
fn parcel(weight: f64) -> Parcel {
    Parcel {
        weight,
        kind: Kind::Box,
    }
}

#[task]
fn numbers(n: i64) -> Vec<i64> {
    (0..n).collect()
}

#[task]
fn kind(n: i64) -> Kind {
    if n > 1 { Kind::Box } else { Kind::Letter }
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Stock {
    count: i64,
    due: jiff::Timestamp,
}

#[task]
fn stock(count: i64) -> Stock {
    Stock {
        count,
        due: jiff::Timestamp::UNIX_EPOCH,
    }
}

#[workflow]
fn sum(x: i64, k: i64) -> i64 {
    square(x).runs_before(&square(k));
    square(k)
}

#[launch_plan]
fn sum_plan(x: i64, k: i64) -> i64 {
    sum(x = x, k = k)
}

#[task]
fn total(xs: &[i64], k: i64) -> i64 {
    xs.iter().sum::<i64>() + k
}

#[reference_task(
    project = "text",
    domain = "production",
    name = "measure.length",
    version = "v2"
)]
fn length(text: String) -> i64;

fn lowered<E: Entity>() -> Lowered {
    let lowered = lower(&E::descriptor().graph().expect("it can be compiled"));
    every_node_has_its_source(&lowered);
    lowered
}

/// Each lowered node leads to a node of the source, and each of these is found.
fn every_node_has_its_source(lowered: &Lowered) {
    for node in NodePath::all_of(lowered.graph()) {
        let origin = lowered.source_of(&node);
        let origin = origin.unwrap_or_else(|| panic!("{node} has no source"));
        assert!(
            origin.node.is_empty() || origin.node.find_in(lowered.source()).is_some(),
            "{node} comes from {}, which is not there",
            origin.node
        );
        if !origin.node.is_empty() {
            let nodes = lowered.nodes_of(&origin.node);
            assert!(
                nodes
                    .iter()
                    .any(|known| node.ids().starts_with(known.ids())),
                "{node} comes from {}, of which there are {nodes:?}",
                origin.node
            );
        }
    }
    for node in NodePath::all_of(lowered.source()) {
        let nodes = lowered.nodes_of(&node);
        let first = nodes.first().unwrap_or_else(|| panic!("{node} is lost"));
        let origin = lowered.source_of(first).expect("it is there");
        assert_eq!((origin.node, origin.added_by), (node, None));
    }
}

fn done(lowered: &Lowered) -> Vec<(Change, String, Option<String>, bool)> {
    let told = |lowering: &Lowering| {
        (
            lowering.change,
            lowering.node.to_string(),
            lowering.added.as_ref().map(ToString::to_string),
            lowering.pod,
        )
    };
    lowered.lowerings().iter().map(told).collect()
}

fn added(change: Change, node: &str, added: &str) -> (Change, String, Option<String>, bool) {
    (change, node.to_owned(), Some(added.to_owned()), false)
}

/// The graph of the node at a path.
fn inner(graph: &Graph, path: &[&str]) -> Arc<Graph> {
    let path = NodePath::of(path.iter().copied());
    let node = path.find_in(graph).expect("it is there");
    let NodeTarget::Inlined(inner) = node.target() else {
        panic!("{path} runs {:?}", node.target());
    };
    Arc::clone(inner)
}

fn ids(graph: &Graph) -> Vec<&str> {
    graph
        .nodes()
        .iter()
        .map(flyte_runtime::graph::Node::id)
        .collect()
}

/// Whether the graph is a gate that sleeps for no time, and nothing else.
fn is_only_a_gate(graph: &Graph) -> bool {
    let [node] = graph.nodes() else { return false };
    node.gate().is_some_and(|gate| {
        let condition = gate.condition();
        matches!(condition, flyte_core::graph::gate::GateCondition::Sleep(time) if time.is_zero())
    })
}

#[test]
fn what_needs_nothing_is_the_same_graph() {
    #[workflow]
    fn plain(x: i64, y: i64) -> i64 {
        if x > y { square(x) } else { square(y) }
    }
    let graph = plain::graph().expect("it can be compiled");
    let lowered = lower(&graph);
    assert!(Arc::ptr_eq(lowered.graph(), &graph));
    assert!(lowered.lowerings().is_empty());
}

#[test]
fn a_workflow_without_nodes_gets_a_gate() {
    #[workflow]
    fn same(x: i64) -> i64 {
        x
    }
    let lowered = lowered::<same>();
    assert_eq!(done(&lowered), [added(Change::Empty, "", "n0")]);
    assert!(is_only_a_gate(lowered.graph()));
    assert_eq!(lowered.graph().outputs().len(), 1);
}

#[test]
fn so_does_a_case_without_a_call() {
    #[workflow]
    fn some(x: i64) -> i64 {
        let mut y = x;
        if x > 3 {
            y = square(x);
        }
        y
    }
    #[workflow]
    fn effect(x: i64) {
        if x > 3 {
            note(x);
        }
    }
    #[workflow]
    fn constants(x: i64) -> i64 {
        match x {
            1 => square(x),
            2 => 7,
            _ => x,
        }
    }
    let expected = [added(Change::Empty, "n0/n1", "n0/n1/n0")];
    let lowered_some = lowered::<some>();
    assert_eq!(done(&lowered_some), expected);
    assert!(is_only_a_gate(&inner(lowered_some.graph(), &["n0", "n1"])));
    assert_eq!(done(&lowered::<effect>()), expected);
    let expected = [
        added(Change::Empty, "n0/n1", "n0/n1/n0"),
        added(Change::Empty, "n0/n2", "n0/n2/n0"),
    ];
    assert_eq!(done(&lowered::<constants>()), expected);
}

fn with_pod(
    change: Change,
    node: &str,
    added: Option<&str>,
) -> (Change, String, Option<String>, bool) {
    (change, node.to_owned(), added.map(str::to_owned), true)
}

/// The names of the inputs and the outputs of the task at a node, with their types.
fn signature(graph: &Graph, id: &str) -> (String, String) {
    let node = graph.node(id).expect("it is there");
    let NodeTarget::Task(task) = node.target() else {
        panic!("{id} runs {:?}", node.target());
    };
    let shown = |variables: Vec<flyte_core::graph::Variable>| {
        let shown = variables
            .iter()
            .map(|variable| format!("{}: {}", variable.name, variable.literal_type()));
        shown.collect::<Vec<_>>().join(", ")
    };
    let interface = task.interface();
    (shown(interface.inputs), shown(interface.outputs))
}
