//! Runs give what runs on this machine give.

use flyte_idl::flyteidl2::core::Literal;
use serde_json::{Value as Json, json};

use crate::cluster::{Cluster, integer, list, program, text};

/// What a run on this machine gives.
fn local(entity: &str, words: &[&str]) -> Json {
    let mut all = vec!["run", "--json", "--no-history", entity];
    all.extend(words);
    let output = program(&all);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{entity}: {said}");
    let document: Json = serde_json::from_slice(&output.stdout).unwrap();
    document
}

/// A workflow, its inputs on the cluster and on the command line, and its outputs.
type Case<'a> = (&'a str, &'a [(&'a str, Literal)], &'a [&'a str], Json);

#[test]
fn graphs_of_every_kind_give_what_they_give_here() {
    let cluster = Cluster::start();
    let cases: [Case<'_>; 11] = [
        (
            "hypotenuse",
            &[("b", integer(4))],
            &["--b", "4"],
            json!({"o0": 25}),
        ),
        (
            "squares",
            &[("xs", list(&[1, 2, 3]))],
            &["--xs", "[1,2,3]"],
            json!({"o0": 14}),
        ),
        (
            "squares",
            &[("xs", list(&[]))],
            &["--xs", "[]"],
            json!({"o0": 0}),
        ),
        (
            "twice",
            &[("x", integer(3))],
            &["--x", "3"],
            json!({"o0": 18}),
        ),
        (
            "larger",
            &[("x", integer(11))],
            &["--x", "11"],
            json!({"o0": 121}),
        ),
        (
            "larger",
            &[("x", integer(10))],
            &["--x", "10"],
            json!({"o0": 11}),
        ),
        (
            "built",
            &[("n", integer(4))],
            &["--n", "4"],
            json!({"o0": 196}),
        ),
        (
            "awaited",
            &[("x", integer(3))],
            &["--x", "3"],
            json!({"o0": 81}),
        ),
        (
            "nested",
            &[("b", integer(8))],
            &["--b", "8"],
            json!({"o0": 73, "o1": 100}),
        ),
        (
            "patient",
            &[("text", text("tea"))],
            &["--text", "tea"],
            json!({"o0": "tea 1"}),
        ),
        (
            "turn",
            &[("text", text("live"))],
            &["--text", "live"],
            json!({"o0": "evil"}),
        ),
    ];
    for (number, (entity, inputs, _, _)) in cases.iter().enumerate() {
        cluster.start_run(&format!("r{number}"), entity, inputs);
    }
    for (number, (entity, _, words, expected)) in cases.iter().enumerate() {
        assert_eq!(
            cluster.outputs(&format!("r{number}")),
            *expected,
            "{entity}"
        );
        assert_eq!(local(entity, words), *expected, "{entity}");
    }
    // Every task is an action of its own, below the one that calls it.
    let tasks = |run: &str| {
        let mut tasks: Vec<_> = cluster.children(run);
        tasks.sort_by(|one, other| one.task.cmp(&other.task));
        let named = tasks.into_iter().map(|action| {
            (
                action.task.trim_start_matches("flyte2_program.").to_owned(),
                action.parent == "a0",
            )
        });
        named.collect::<Vec<_>>()
    };
    let named = |names: &[(&str, bool)]| -> Vec<_> {
        names
            .iter()
            .map(|(name, is_own)| ((*name).to_owned(), *is_own))
            .collect()
    };
    assert_eq!(
        tasks("r0"),
        named(&[("square", true), ("square", true), ("sum_of", true)])
    );
    let inner = ("square", false);
    let many = [
        ("many_squares", true),
        inner,
        inner,
        inner,
        inner,
        ("square", true),
    ];
    let mut own = tasks("r6");
    own.retain(|(name, _)| name != "sum_of");
    own.sort();
    let mut many = named(&many);
    many.sort();
    assert_eq!(own, many);
    assert_eq!(tasks("r7"), named(&[("square", true), ("square", true)]));
    let groups: Vec<_> = cluster
        .children("r1")
        .into_iter()
        .map(|action| action.group)
        .collect();
    assert_eq!(groups, ["n0", "n0", "n0", ""]);
}

#[test]
fn a_task_alone_is_a_run() {
    let cluster = Cluster::start();
    cluster.start_run("alone", "square", &[("x", integer(7))]);
    assert_eq!(cluster.outputs("alone"), json!({"o0": 49}));
    assert!(cluster.children("alone").is_empty());
}

#[test]
fn the_error_of_a_child_ends_the_run_and_what_goes_on_beside_it() {
    let cluster = Cluster::start();
    cluster.start_run("doomed", "doomed", &[("text", text("tea"))]);
    let error = cluster.error("doomed");
    assert!(error.contains("tea is not to be had"), "{error}");
    assert!(error.contains("node n0"), "{error}");
    let children = cluster.children("doomed");
    let phase = |name: &str| {
        let mut found = children.iter().filter(|action| action.task.ends_with(name));
        found.next().map(|action| action.phase.clone())
    };
    assert_eq!(phase("broken").unwrap(), "FAILED");
    // It had perhaps not been enqueued yet.
    let slow = phase("slow").unwrap_or_else(|| "ABORTED".to_owned());
    assert_eq!(slow, "ABORTED");
    // A failed child is final, so that the parent has one attempt.
    assert_eq!(cluster.plane.actions("doomed")[0].attempts, 1);
}

#[test]
fn a_failure_handler_runs_as_a_child() {
    let cluster = Cluster::start();
    cluster.start_run("handled", "handled", &[("text", text("tea"))]);
    let error = cluster.error("handled");
    assert!(error.contains("tea is not to be had"), "{error}");
    let children = cluster.children("handled");
    let handler = children
        .iter()
        .find(|action| action.task.ends_with("tidied"))
        .unwrap();
    assert_eq!(handler.phase, "SUCCEEDED");
}

#[test]
fn cached_results_are_taken_from_the_cluster() {
    let cluster = Cluster::start();
    for run in ["first", "second"] {
        cluster.start_run(run, "remembered", &[("x", integer(1))]);
        assert_eq!(cluster.outputs(run), json!({"o0": 3}));
    }
    let processes = |run: &str| {
        let children = cluster.children(run);
        children
            .iter()
            .map(|action| action.processes)
            .sum::<usize>()
    };
    assert_eq!((processes("first"), processes("second")), (2, 0));
}
