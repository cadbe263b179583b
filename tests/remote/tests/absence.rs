//! A server that does not answer for a while, or not at all.

use std::{
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use flyte_remote::{endless, square};
use flyte_runtime::{
    Registry,
    cluster::{BlockingRemote, ClusterError, Status},
    config::Config,
    events::{Event, EventKind},
    testing::cluster::Fault,
};

use crate::{in_image, plane, remote, started};

#[test]
fn a_call_is_made_again() {
    let plane = plane();
    plane.order("ListTasks", 2, Fault::Absent);
    plane.order("CreateTask", 2, Fault::Absent);
    remote(&plane)
        .register(Registry::of_program(), &in_image("tests:v1"))
        .unwrap();
}

#[test]
fn a_watch_outlives_the_absence_of_the_server() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &endless::call(1));
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let notices = Arc::clone(&told);
    let tree = thread::scope(|scope| {
        plane.leave();
        scope.spawn(|| {
            // The first look, with all its tries, is over when there are more of them than it makes.
            while plane.calls("GetExecution") < 6 {
                thread::sleep(Duration::from_millis(10));
            }
            plane.come_back();
        });
        remote.wait_for(async |remote| {
            let observer = move |event: &Event| {
                if let EventKind::Notice { message, .. } = &event.kind {
                    notices.lock().unwrap().push(message.clone());
                }
            };
            remote.watch(&execution, observer).await
        })
    });
    assert_eq!(tree.unwrap().record.status, Status::Succeeded);
    let told = told.lock().unwrap();
    // Once, however long it lasts.
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("no cluster answers at") && told[0].ends_with("still trying"));
}

#[test]
fn nobody_at_the_address_is_told_with_where_it_comes_from() {
    let config = Config::for_endpoint("localhost:1", true).unwrap();
    let remote = BlockingRemote::connect(&config).unwrap();
    let error = remote.show(&remote.execution("any")).unwrap_err();
    assert!(matches!(error, ClusterError::Unreachable { .. }));
    let text = error.to_string();
    for part in [
        "localhost:1",
        "(from the program)",
        "refused",
        "`--endpoint HOST:PORT`",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn an_address_that_is_none_is_refused_with_its_origin() {
    let config = Config::for_endpoint("host:port", true).unwrap();
    let error = BlockingRemote::connect(&config).unwrap_err().to_string();
    assert_eq!(
        error,
        "platform.endpoint from the program: `port` is not the number of a port; write HOST:PORT"
    );
}

/// The events of an execution are those of a run here: by node, each with its end, and the run's around them.
#[test]
fn an_execution_is_told_as_a_run_is() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &square::call(3));
    let kinds: Arc<Mutex<Vec<&'static str>>> = Arc::default();
    let told = Arc::clone(&kinds);
    let watched = remote.wait_for(async |remote| {
        let observer = move |event: &Event| {
            told.lock().unwrap().push(match &event.kind {
                EventKind::RunStarted { .. } => "run started",
                EventKind::NodeStarted { .. } => "node started",
                EventKind::NodeEnded { .. } => "node ended",
                EventKind::RunEnded { .. } => "run ended",
                _ => "another",
            });
        };
        remote.watch(&execution, observer).await
    });
    watched.unwrap();
    let kinds = kinds.lock().unwrap();
    assert_eq!(
        *kinds,
        ["run started", "node started", "node ended", "run ended"]
    );
}
