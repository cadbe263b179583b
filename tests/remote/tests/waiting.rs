//! Waiting for a while, and at a pace.

use std::{thread, time::Duration};

use flyte_remote::{doomed, endless, hypotenuse};
use flyte_runtime::{
    cluster::{ClusterError, Status, WaitOptions},
    testing::cluster::Fault,
};

use crate::{plane, remote, started};

fn soon() -> WaitOptions {
    WaitOptions::new().poll_interval(Duration::from_millis(5))
}

#[test]
fn the_end_is_what_it_is_without_options() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &hypotenuse::call(3, 4));
    let record = remote.wait_with(&execution, &soon()).unwrap();
    assert_eq!(
        (record.status, &*record.name),
        (Status::Succeeded, &*execution.name)
    );
    // Nodes are not asked for.
    assert_eq!(plane.calls("ListNodeExecutions"), 0);
    let failing = started(&remote, &doomed::call("gold".to_owned()));
    let error = remote.wait_with(&failing, &WaitOptions::new()).unwrap_err();
    let ClusterError::Ended(end) = &error else {
        panic!("{error}");
    };
    assert!(end.message.contains("gold is not to be had"), "{error}");
    let unknown = remote.execution("nobody");
    let error = remote.wait_with(&unknown, &soon()).unwrap_err().to_string();
    assert!(
        error.contains("has no execution `nobody` in flytesnacks:development"),
        "{error}"
    );
}

#[test]
fn an_execution_that_takes_too_long_goes_on() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &endless::call(60));
    let options = soon().timeout(Duration::from_millis(60));
    let error = remote.wait_with(&execution, &options).unwrap_err();
    let ClusterError::StillRunning { name, waited, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(*name, execution.name);
    assert!(*waited >= Duration::from_millis(60));
    assert!(
        error.to_string().contains("it goes on, and `runs watch"),
        "{error}"
    );
    let status = remote
        .fetch_execution(&execution.name)
        .unwrap()
        .record
        .status;
    assert!(!status.is_end(), "{status:?}");
    remote.terminate(&execution, "enough").unwrap();
    assert!(matches!(
        remote.wait_with(&execution, &soon()),
        Err(ClusterError::Ended(_))
    ));
}

#[test]
fn a_cluster_that_does_not_answer_is_waited_for() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &hypotenuse::call(3, 4));
    // One for each time that a call is made again, and more.
    plane.order("GetExecution", 8, Fault::Absent);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| remote.wait_with(&execution, &soon()));
        assert_eq!(waiting.join().unwrap().unwrap().status, Status::Succeeded);
    });
    plane.leave();
    let options = soon().timeout(Duration::from_millis(30));
    let error = remote.wait_with(&execution, &options).unwrap_err();
    assert!(
        matches!(error, ClusterError::StillRunning { .. }),
        "{error}"
    );
}
