//! Executions that are started once more.

use std::fs;

use flyte_remote::{depends, hypotenuse};
use flyte_runtime::{
    cluster::{ClusterError, RelaunchOptions, Status},
    testing::cluster::Fault,
};

use crate::{plane, remote, started};

#[test]
fn another_execution_has_the_inputs_of_the_first() {
    let plane = plane();
    let remote = remote(&plane);
    let first = started(&remote, &hypotenuse::call(3, 4));
    remote.wait(&first).unwrap();
    let options = RelaunchOptions::new().name("again").overwrite_cache(true);
    let again = remote.relaunch(&first, &options).unwrap();
    assert_eq!(again.name, "again");
    remote.wait(&again).unwrap();
    assert_eq!(remote.outputs::<hypotenuse>(&again).unwrap(), 25);
    let spec = plane.spec("again").unwrap();
    assert!(spec.contains("mode: Relaunch"), "{spec}");
    assert!(spec.contains("overwrite_cache: true"), "{spec}");
}

#[test]
fn what_failed_is_recovered() {
    let plane = plane();
    let remote = remote(&plane);
    let path = plane.directory().join("meanwhile");
    let first = started(&remote, &depends::call(path.display().to_string()));
    assert!(matches!(remote.wait(&first), Err(ClusterError::Ended(_))));
    fs::write(&path, "here").unwrap();
    let again = remote.recover(&first, &RelaunchOptions::new()).unwrap();
    assert_eq!(
        remote.wait(&again).unwrap().record.status,
        Status::Succeeded
    );
    let outputs = remote.outputs::<depends>(&again).unwrap();
    assert_eq!(
        outputs,
        ("here".to_owned(), path.display().to_string().to_uppercase())
    );
    assert!(plane.spec(&again.name).unwrap().contains("mode: Recovered"));
}

/// A server replaces the inputs of an execution whose name is asked for.
#[test]
fn a_name_that_is_taken_is_not_asked_for() {
    let plane = plane();
    let remote = remote(&plane);
    let first = started(&remote, &hypotenuse::call(3, 4));
    let second = started(&remote, &hypotenuse::call(6, 8));
    let options = RelaunchOptions::new().name(&second.name);
    for refused in [
        remote.relaunch(&first, &options),
        remote.recover(&first, &options),
    ] {
        assert!(matches!(refused, Err(ClusterError::Taken { name }) if name == second.name));
    }
    assert_eq!(plane.kept_input(&second.name, "a").as_deref(), Some("6"));
    assert_eq!(
        (
            plane.calls("RelaunchExecution"),
            plane.calls("RecoverExecution")
        ),
        (0, 0)
    );
}

#[test]
fn an_answer_that_is_lost_starts_nothing_twice() {
    let plane = plane();
    let remote = remote(&plane);
    let first = started(&remote, &hypotenuse::call(3, 4));
    remote.wait(&first).unwrap();
    plane.order("RelaunchExecution", 1, Fault::LostAnswer);
    let again = remote.relaunch(&first, &RelaunchOptions::new()).unwrap();
    remote.wait(&again).unwrap();
    assert_eq!(remote.executions(10).unwrap().len(), 2);
}

#[test]
fn one_that_is_not_there_is_told() {
    let plane = plane();
    let remote = remote(&plane);
    let gone = remote.execution("gone");
    for refused in [
        remote.relaunch(&gone, &RelaunchOptions::new()),
        remote.recover(&gone, &RelaunchOptions::new()),
    ] {
        let text = refused.unwrap_err().to_string();
        assert!(
            text.contains("has no execution `gone` in flytesnacks:development"),
            "{text}"
        );
    }
}
