//! How often a cluster is asked while an execution goes on, and what is told of its tasks.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use flyte_remote::{endless, from_six, halting, nested, patient, squares};
use flyte_runtime::{
    cli::Exit,
    cluster::Execution,
    events::{Event, EventKind},
    history::History,
    testing::cluster::ControlPlane,
};

use crate::{commands::say_here, plane, remote, started};

/// What a watch tells until the end.
fn told(plane: &ControlPlane, execution: &Execution) -> Vec<Event> {
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let told = Arc::clone(&events);
    let observer = move |event: &Event| told.lock().unwrap().push(event.clone());
    let watched = remote(plane).wait_for(async |remote| remote.watch(execution, observer).await);
    watched.unwrap();
    let events = events.lock().unwrap();
    events.clone()
}

/// Looks are a quarter of a second apart at first: four seconds in which nothing happens are sixteen of those.
#[test]
fn a_cluster_is_asked_less_often_while_nothing_happens() {
    let plane = plane();
    let execution = started(&remote(&plane), &endless::call(4));
    let before = plane.calls("GetExecution");
    told(&plane, &execution);
    let looks = plane.calls("GetExecution") - before;
    assert!((2..=10).contains(&looks), "{looks} looks");
    // Each asks for the nodes of the execution once, and for nothing of those that have ended.
    let lists = plane.calls("ListNodeExecutions");
    assert!(lists <= looks, "{lists} lists in {looks} looks");
}

/// All tasks are known to the picture: those of the workflow before they start, others with what adds them.
#[test]
fn the_number_of_tasks_is_known() {
    let plane = plane();
    let remote = remote(&plane);
    let total = |events: &[Event]| {
        let tasks = events.iter().map(|event| match &event.kind {
            EventKind::RunStarted { tasks, .. }
            | EventKind::NodeStarted { tasks, .. }
            | EventKind::GraphBuilt { tasks, .. } => *tasks,
            _ => 0,
        });
        tasks.collect::<Vec<_>>()
    };
    let map = told(&plane, &started(&remote, &squares::call(vec![1, 2, 3])));
    let tasks = total(&map);
    // The sum of the elements, and then the elements.
    assert_eq!((tasks[0], tasks.iter().sum::<usize>()), (1, 4), "{tasks:?}");
    let path = |name: &str| plane.directory().join(name).display().to_string();
    std::fs::write(path("there"), "text").unwrap();
    let call = halting::call(path("log"), path("there"), vec![4, 5]);
    let all = told(&plane, &started(&remote, &call));
    // Four and that of the sub-workflow; then two elements, three that a dynamic task has built, and three of a case.
    let tasks = total(&all);
    assert_eq!(tasks[0], 5, "{tasks:?}");
    assert_eq!(tasks.iter().sum::<usize>(), 5 + 2 + 3 + 3, "{tasks:?}");
}

#[test]
fn attempts_and_the_links_of_what_has_failed_are_told() {
    let plane = plane();
    let remote = remote(&plane);
    let patient = told(&plane, &started(&remote, &patient::call("x".to_owned())));
    let failed = patient.iter().filter_map(|event| match &event.kind {
        EventKind::AttemptEnded { attempt, error, .. } => Some((*attempt, error.clone()?)),
        _ => None,
    });
    let failed: Vec<_> = failed.collect();
    assert_eq!(failed.len(), 1);
    assert!(
        failed[0].0 == 0 && failed[0].1.contains("x: not yet"),
        "{failed:?}"
    );
    let call = flyte_remote::doomed::call("gold".to_owned());
    let doomed = told(&plane, &started(&remote, &call));
    let links = doomed.iter().filter(|event| {
        matches!(&event.kind, EventKind::Notice { message, .. } if message.starts_with("Log: http://"))
    });
    assert_eq!(links.count(), 1, "{doomed:?}");
}

/// A node has one path, wherever it ran: also inside of a launch plan, which has a node for its workflow.
#[test]
fn paths_are_those_of_a_run_here() {
    let plane = plane();
    let remote = remote(&plane);
    let history = History::in_dir(plane.directory().join("home/history"));
    for (command, execution) in [
        ("run nested --b 8", started(&remote, &nested::call(8))),
        ("run from_six --b 8", started(&remote, &from_six::call(8))),
    ] {
        assert_eq!(say_here(&history, command).exit, Exit::Success);
        let here = history.run("last").unwrap();
        let here: BTreeSet<_> = here.nodes().iter().map(|node| node.path.clone()).collect();
        let there = remote.wait(&execution).unwrap();
        let there: BTreeSet<_> = there.all_nodes().map(|node| node.path.clone()).collect();
        assert_eq!(here, there, "{command}");
    }
}
