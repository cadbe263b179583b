//! Which graphs Flyte 1 is told in the place of those that its compiler refuses, and which nodes of them belong to
//! which of the source.

use std::{sync::Arc, time::Duration};

use flyte_check::lower::{Change, Lowered, Lowering, NodePath, lower, lower_job};
use flyte_core::graph::{PathStep, Producer};
use flyte_runtime::{
    Entity,
    graph::{Graph, NodeTarget, conditional},
    prelude::*,
};

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

#[test]
fn a_condition_on_a_part_looks_at_a_pass_through() {
    #[workflow]
    fn heavy(weight: f64) -> i64 {
        let parcel = parcel(weight);
        if parcel.fields().weight > 3.0 {
            square(1)
        } else {
            square(2)
        }
    }
    let lowered = lowered::<heavy>();
    assert_eq!(done(&lowered), [added(Change::Condition, "n1", "n1-in")]);
    let graph = lowered.graph();
    assert_eq!(ids(graph), ["n0", "n1-in", "n1"]);
    let through = inner(graph, &["n1-in"]);
    assert!(is_only_a_gate(&through));
    let output = &through.interface().outputs[0];
    assert_eq!(
        (&*output.name, output.literal_type().to_string()),
        ("o0", "float".to_owned())
    );
    // The field goes in.
    let [binding] = graph.nodes()[1].bindings() else {
        panic!("one value goes through")
    };
    let flyte_core::graph::BindingData::Promise(reference) = &binding.data else {
        panic!("{:?}", binding.data)
    };
    let reference = graph.resolve(reference);
    assert_eq!(reference.producer, Producer::Node(0));
    assert_eq!(reference.path, [PathStep::Field("weight")]);
    assert_eq!(graph.nodes()[1].upstream(), [0]);
    // The condition reads what comes out.
    let [binding] = graph.nodes()[2].bindings() else {
        panic!("one value is compared")
    };
    assert_eq!(binding.var, "n0.o0.weight");
    let flyte_core::graph::BindingData::Promise(reference) = &binding.data else {
        panic!("{:?}", binding.data)
    };
    let reference = graph.resolve(reference);
    assert_eq!(
        (reference.producer, reference.path.len()),
        (Producer::Node(1), 0)
    );
    assert_eq!(graph.nodes()[2].upstream(), [0, 1]);
}

#[test]
fn so_does_one_on_an_element_or_an_enum() {
    #[workflow]
    fn element(n: i64) -> i64 {
        if numbers(n).at(1) > 3 {
            square(n)
        } else {
            square(1)
        }
    }
    #[workflow]
    fn of_kind(n: i64) -> i64 {
        match kind(n) {
            Kind::Box => square(n),
            Kind::Letter => square(1),
        }
    }
    let type_of = |lowered: &Lowered| {
        let through = inner(lowered.graph(), &["n1-in"]);
        through.interface().outputs[0].literal_type().to_string()
    };
    let (element, of_kind) = (lowered::<element>(), lowered::<of_kind>());
    assert_eq!(done(&element), [added(Change::Condition, "n1", "n1-in")]);
    assert_eq!(type_of(&element), "integer");
    assert_eq!(done(&of_kind), [added(Change::Condition, "n1", "n1-in")]);
    assert_eq!(type_of(&of_kind), "string");
}

/// The value may be there only if the branch around has chosen the case.
#[test]
fn a_branch_in_a_case_has_its_pass_through_inside() {
    #[workflow]
    fn nested(n: i64, m: i64) -> i64 {
        let xs = numbers(n);
        conditional("outer")
            .if_(m.gt(5))
            .then(|| {
                conditional("inner")
                    .if_(xs.at(2).gt(1))
                    .then(|| square(n))
                    .else_()
                    .then(|| square(m))
            })
            .else_()
            .then(|| square(7))
    }
    let lowered = lowered::<nested>();
    assert_eq!(
        done(&lowered),
        [added(Change::Condition, "n1/n0", "n1/n0/n0-in")]
    );
    assert_eq!(ids(lowered.graph()), ["n0", "n1"]);
    assert_eq!(ids(&inner(lowered.graph(), &["n1", "n0"])), ["n0-in", "n0"]);
    let source = NodePath::of(["n1", "n0", "n1"]);
    let nodes = lowered.nodes_of(&source);
    assert_eq!(nodes, [NodePath::of(["n1", "n0", "n0", "n1"])]);
}

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

#[task]
fn maybe(n: i64) -> Option<i64> {
    (n > 5).then_some(n)
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

#[test]
fn a_task_compares_optional_values() {
    #[workflow]
    fn present(n: i64) -> i64 {
        let m = maybe(n);
        if m.is_some() && n < 9 {
            square(n)
        } else if m == Some(9) {
            square(2)
        } else {
            square(1)
        }
    }
    let lowered = lowered::<present>();
    let expected = [with_pod(Change::ComputedCondition, "n1", Some("n1-if"))];
    assert_eq!(done(&lowered), expected);
    let graph = lowered.graph();
    assert_eq!(ids(graph), ["n0", "n1-if", "n1"]);
    let optional = "integer or nothing";
    let inputs = ["a0", "b0", "a1", "b1"].map(|name| format!("{name}: {optional}"));
    let outputs = "o0: boolean, o1: boolean".to_owned();
    assert_eq!(signature(graph, "n1-if"), (inputs.join(", "), outputs));
    let NodeTarget::Branch(branch) = graph.nodes()[2].target() else {
        panic!("the last node is the branch");
    };
    let conditions = branch.cases().iter().map(|case| case.condition.to_string());
    let conditions: Vec<_> = conditions.collect();
    assert_eq!(
        conditions,
        ["n1-if.o0 == true && n < 9", "n1-if.o1 == true"]
    );
    let bound = graph.nodes()[2].bindings().iter();
    let bound: Vec<_> = bound.map(|binding| &*binding.var).collect();
    assert_eq!(bound, [".n", "n1-if.o0", "n1-if.o1"]);
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

/// To Flyte a time in a struct is a text, and a number of a struct that another program has made may be of the other
/// kind.
#[test]
fn and_what_has_another_form_in_a_struct() {
    #[workflow]
    fn due(n: i64) -> i64 {
        if stock(n).fields().due > jiff::Timestamp::UNIX_EPOCH {
            square(n)
        } else {
            square(1)
        }
    }
    #[workflow]
    fn given(stock: Stock) -> i64 {
        if stock.fields().count > 3 {
            square(2)
        } else {
            square(1)
        }
    }
    #[workflow]
    fn given_float(parcel: Parcel) -> i64 {
        if parcel.fields().weight > 3.0 {
            square(2)
        } else {
            square(1)
        }
    }
    #[reference_task(
        project = "shop",
        domain = "production",
        name = "store.stock",
        version = "v1"
    )]
    fn stock_there(count: i64) -> Stock;

    #[workflow]
    fn made_there(n: i64) -> i64 {
        if stock_there(n).fields().count > 3 {
            square(2)
        } else {
            square(1)
        }
    }
    #[workflow]
    fn answered(n: i64) -> i64 {
        if wait_for_input::<Stock>("stock", "1h").fields().count > n {
            square(2)
        } else {
            square(1)
        }
    }
    #[workflow]
    fn made(n: i64) -> i64 {
        if stock(n).fields().count > 3 {
            square(2)
        } else {
            square(1)
        }
    }
    let computed = |node, added| [with_pod(Change::ComputedCondition, node, Some(added))];
    assert_eq!(done(&lowered::<due>()), computed("n1", "n1-if"));
    assert_eq!(done(&lowered::<given>()), computed("n0", "n0-if"));
    assert_eq!(done(&lowered::<given_float>()), computed("n0", "n0-if"));
    assert_eq!(done(&lowered::<made_there>()), computed("n1", "n1-if"));
    assert_eq!(done(&lowered::<answered>()), computed("n1", "n1-if"));
    let expected = [added(Change::Condition, "n1", "n1-in")];
    assert_eq!(done(&lowered::<made>()), expected);
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

#[task]
fn total(xs: &[i64], k: i64) -> i64 {
    xs.iter().sum::<i64>() + k
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

#[reference_task(
    project = "text",
    domain = "production",
    name = "measure.length",
    version = "v2"
)]
fn length(text: String) -> i64;

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

/// Nobody takes what they give, and both call it `o0`.
#[test]
fn cases_with_outputs_of_several_types_are_sub_workflows() {
    #[workflow]
    fn either(x: i64) {
        if x > 0 {
            square(x);
        } else {
            kind(x);
        }
    }

    let lowered = lowered::<either>();
    let case = |node: &str| (Change::CaseOutputs, node.to_owned(), None, false);
    assert_eq!(done(&lowered), [case("n0/n0"), case("n0/n1")]);
    for id in ["n0", "n1"] {
        let inner = inner(lowered.graph(), &["n0", id]);
        assert!(inner.interface().outputs.is_empty());
        assert_eq!(ids(&inner), [id]);
    }
}

/// Only what the branch gives is left of their outputs.
#[test]
fn so_are_those_that_give_more_than_the_branch() {
    #[task]
    fn halves(x: i64) -> (i64, String) {
        (x / 2, "half".to_owned())
    }

    #[task]
    fn thirds(x: i64) -> (i64, f64) {
        (x / 3, 0.5)
    }

    #[workflow]
    fn part(x: i64) -> i64 {
        if x > 10 {
            let (half, _) = halves(x);
            half
        } else if x > 5 {
            let (third, _) = thirds(x);
            third
        } else {
            square(x)
        }
    }

    let lowered = lowered::<part>();
    let case = |node: &str| (Change::CaseOutputs, node.to_owned(), None, false);
    // `square` gives nothing else.
    assert_eq!(done(&lowered), [case("n0/n0"), case("n0/n1")]);
    for id in ["n0", "n1"] {
        let inner = inner(lowered.graph(), &["n0", id]);
        let outputs = inner.interface().outputs.iter();
        let outputs: Vec<_> = outputs.map(|output| &*output.name).collect();
        assert_eq!(outputs, ["o0"]);
    }
}

/// Flyte compares the whole seconds.
#[test]
fn a_task_compares_times_where_parts_of_a_second_count() {
    #[workflow]
    fn longer(time: Duration, other: Duration) -> i64 {
        if time > other { square(1) } else { square(2) }
    }
    #[workflow]
    fn at_least(time: Duration) -> i64 {
        if time >= Duration::from_secs(3) {
            square(1)
        } else if time < Duration::from_secs(2) {
            square(2)
        } else {
            square(3)
        }
    }
    #[workflow]
    fn at_least_a_part(time: Duration) -> i64 {
        if time >= Duration::from_millis(200) {
            square(1)
        } else {
            square(2)
        }
    }
    #[workflow]
    fn later(one: jiff::Timestamp) -> i64 {
        if one > jiff::Timestamp::UNIX_EPOCH {
            square(1)
        } else {
            square(2)
        }
    }
    #[workflow]
    fn on_a_later_day(one: jiff::civil::Date, other: jiff::civil::Date) -> i64 {
        if one > other { square(1) } else { square(2) }
    }
    let computed = [with_pod(Change::ComputedCondition, "n0", Some("n0-if"))];
    assert_eq!(done(&lowered::<longer>()), computed);
    assert_eq!(done(&lowered::<at_least>()), []);
    assert_eq!(done(&lowered::<at_least_a_part>()), computed);
    assert_eq!(done(&lowered::<later>()), computed);
    assert_eq!(done(&lowered::<on_a_later_day>()), []);
}

/// What goes in front of a branch in a case of a branch in a case is inside of both.
#[test]
fn branches_in_cases_of_branches_keep_their_places() {
    #[workflow]
    fn deep(n: i64, m: i64) -> i64 {
        let xs = numbers(n);
        conditional("outer")
            .if_(m.gt(5))
            .then(|| {
                conditional("middle")
                    .if_(xs.at(2).gt(1))
                    .then(|| square(n))
                    .elif_(m.gt(7))
                    .then(|| {
                        conditional("inner")
                            .if_(xs.at(3).eq(xs.at(4)))
                            .then(|| square(m))
                            .else_()
                            .then(|| square(3))
                    })
                    .else_()
                    .then(|| square(8))
            })
            .else_()
            .then(|| square(7))
    }
    let lowered = lowered::<deep>();
    let nodes = lowered.nodes_of(&NodePath::of(["n1", "n0", "n1", "n1"]));
    let expected = ["n1", "n0", "n0", "n1", "n1", "n1"];
    assert_eq!(nodes, [NodePath::of(expected)]);
}

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
    let prefix = "lowering.clash";
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
    #[task(name = "lowering.calls.n0-map")]
    fn named(xs: &[i64]) -> i64 {
        xs.iter().sum()
    }
    #[workflow]
    fn calls(xs: Vec<i64>, k: i64) -> i64 {
        named(xs.map(|x| sum_plan(x, k)))
    }
    let expected = ["lowering.calls.n0-map-1", "lowering.calls.n0-map"];
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
    // The map's workflow is registered as `lowering.parts.n0-each`.
    let expected = ["lowering.parts.n0-map", "lowering.parts.n0-each-1"];
    assert_eq!(names(lowered::<parts>().graph())[..2], expected);
}

#[test]
fn an_approval_of_a_part_has_a_pass_through() {
    #[workflow]
    fn weighed(weight: f64) -> f64 {
        approve(parcel(weight).fields().weight, "weight", "1h")
    }
    #[workflow]
    fn second(n: i64) -> i64 {
        square(approve(numbers(n).at(1), "second", "1h"))
    }
    #[workflow]
    fn whole(n: i64) -> i64 {
        approve(square(n), "whole", "1h")
    }
    for (lowered, shown) in [
        (lowered::<weighed>(), "float"),
        (lowered::<second>(), "integer"),
    ] {
        assert_eq!(done(&lowered), [added(Change::Approval, "n1", "n1-in")]);
        let graph = lowered.graph();
        assert_eq!(ids(graph)[..3], ["n0", "n1-in", "n1"]);
        let through = inner(graph, &["n1-in"]);
        assert!(is_only_a_gate(&through));
        assert_eq!(
            through.interface().outputs[0].literal_type().to_string(),
            shown
        );
        let gate = &graph.nodes()[2];
        assert_eq!(gate.upstream(), [0, 1]);
        let [binding] = gate.bindings() else {
            panic!("a gate approves one value")
        };
        let flyte_core::graph::BindingData::Promise(reference) = &binding.data else {
            panic!("{:?}", binding.data)
        };
        let reference = graph.resolve(reference);
        assert_eq!(reference.producer, Producer::Node(1));
        assert!(reference.is_whole());
    }
    let graph = whole::graph().expect("it can be compiled");
    assert!(Arc::ptr_eq(lower(&graph).graph(), &graph));
}

/// It waits only if the branch has chosen the case.
#[test]
fn so_has_one_in_a_case() {
    #[workflow]
    fn sometimes(n: i64) -> i64 {
        let xs = numbers(n);
        if n > 5 {
            approve(xs.at(2), "third", "1h")
        } else {
            square(n)
        }
    }
    let lowered = lowered::<sometimes>();
    let expected = [added(Change::Approval, "n1/n0", "n1/n0/n0-in")];
    assert_eq!(done(&lowered), expected);
    let case = inner(lowered.graph(), &["n1", "n0"]);
    assert_eq!(ids(&case), ["n0-in", "n0"]);
    assert_eq!(case.interface().outputs.len(), 1);
}

/// A gate hands a time on as the text that it is in a struct.
#[test]
fn what_a_part_is_to_the_engine_it_is_when_it_is_approved() {
    #[workflow]
    fn due_soon(n: i64) -> i64 {
        let due = approve(stock(n).fields().due, "due", "1h");
        let again = approve(due, "due again", "1h");
        if again >= jiff::Timestamp::UNIX_EPOCH {
            square(1)
        } else {
            square(2)
        }
    }
    let expected = [
        added(Change::Approval, "n1", "n1-in"),
        with_pod(Change::ComputedCondition, "n3", Some("n3-if")),
    ];
    assert_eq!(done(&lowered::<due_soon>()), expected);
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
