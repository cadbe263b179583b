//! Workflows, launch plans and dynamic tasks in each other, and the trees that are shown of them.

use std::sync::{Mutex, PoisonError};

use flyte_remote::{
    built, from_six, hypotenuse, larger, long, nested, patient, recalled, square, squares,
    workflows::graphs::{around_a_graph, factorial, outermost, plans_of_plans, steps},
};
use flyte_runtime::{
    cluster::Execution,
    events::{Event, EventKind},
};

use crate::here::Here;

pub(crate) fn one_in_another_gives_the_same(here: &Here) {
    here.is_the_same(&hypotenuse::call(3, 4));
    here.is_the_same(&outermost::call(3));
    here.is_the_same(&plans_of_plans::call(2));
    here.is_the_same(&from_six::call(8));
    here.is_the_same(&nested::call(8));
}

pub(crate) fn graphs_that_are_made_give_the_same(here: &Here) {
    here.is_the_same(&factorial::call(5));
    here.is_the_same(&around_a_graph::call(2));
    here.is_the_same(&built::call(4));
    here.is_the_same(&steps::call(3));
}

pub(crate) fn a_task_alone_gives_the_same(here: &Here) {
    here.is_the_same(&square::call(7));
    here.is_the_same(&long::call(3));
}

/// Nodes in workflows, launch plans, branches, dynamic tasks and maps, with their attempts.
pub(crate) fn trees_show_what_is_inside(here: &Here) {
    let tree = |execution: Execution| {
        let tree = here.remote.wait(&execution).unwrap();
        let nodes = tree.all_nodes().map(|node| {
            let entity = node
                .entity
                .strip_prefix("flyte_remote.")
                .unwrap_or(&node.entity);
            format!(
                "{} {entity} {} {}",
                node.path,
                node.status.name(),
                node.attempts.len()
            )
        });
        nodes.collect::<Vec<_>>()
    };
    let inside = tree(here.started(&nested::call(8)));
    for expected in [
        "n0 hypotenuse succeeded 0",
        "n0/n2 sum_of succeeded 1",
        "n1 from_six succeeded 0",
        "n1/n0 hypotenuse succeeded 0",
        "n1/n0/n0 square succeeded 1",
    ] {
        assert!(
            inside.iter().any(|node| node == expected),
            "{expected}: {inside:?}"
        );
    }
    let made = tree(here.started(&built::call(2)));
    assert!(
        made.contains(&"n0/dn0 square succeeded 1".to_owned()),
        "{made:?}"
    );
    let branch = tree(here.started(&larger::call(30)));
    assert!(
        branch.contains(&"n0/n0-n0 square succeeded 1".to_owned()),
        "{branch:?}"
    );
    let elements = tree(here.started(&squares::call(vec![1, 2])));
    assert!(
        elements[1].starts_with("n0[0] ") && elements[2].starts_with("n0[1] "),
        "{elements:?}"
    );
    let retried = tree(here.started(&patient::call("x".to_owned())));
    assert_eq!(retried, ["n0 second_time succeeded 2"]);
    let once = here.started(&recalled::call("kept".to_owned()));
    here.remote.wait(&once).unwrap();
    let cached = tree(here.started(&recalled::call("kept".to_owned())));
    assert_eq!(cached, ["n0 remembered cached 0"]);
}

/// The nodes that an observer of a run here is told of are those that one of an execution is.
pub(crate) fn a_watch_tells_what_a_run_here_tells(here: &Here) {
    fn nodes(told: &Mutex<Vec<String>>) -> Vec<String> {
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
        told.sort();
        told
    }
    fn note(told: &Mutex<Vec<String>>, event: &Event) {
        if let EventKind::NodeEnded { node, state, .. } = &event.kind {
            let line = format!("{} {} {state:?}", node.path, node.entity);
            told.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
    }
    let call = outermost::call(5);
    let execution = here.started(&call);
    let there: &'static Mutex<Vec<String>> = Box::leak(Box::default());
    let watched = here
        .remote
        .wait_for(async |remote| remote.watch(&execution, |event| note(there, event)).await);
    watched.unwrap();
    let own: &'static Mutex<Vec<String>> = Box::leak(Box::default());
    let runner = here.runner().observe(|event: &Event| note(own, event));
    runner.run(call).unwrap();
    assert_eq!(nodes(there), nodes(own));
}
