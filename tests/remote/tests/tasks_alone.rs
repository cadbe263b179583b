//! A task that is started without a workflow: the cluster has no defaults, no limits and no name for it.

use std::{thread, time::Duration};

use flyte_remote::scaled;
use flyte_runtime::{Registry, cluster::ExecuteOptions};

use crate::{commands::say, in_image, plane, remote};

#[test]
fn the_client_sends_the_defaults_and_the_name() {
    let plane = plane();
    let said = say(&plane, "run scaled --x 4 --remote --image tests:v1 --wait");
    assert_eq!(said.stdout, "40\n", "{}", said.stderr);
    let list = say(&plane, "runs list --remote --json").json();
    assert_eq!(list[0]["entity"], "flyte_remote.scaled");
    let name = list[0]["name"].as_str().unwrap();
    assert!(
        said.stderr.contains(&format!("execution {name}: ")),
        "{}",
        said.stderr
    );
    assert_eq!(plane.kept_input(name, "by").as_deref(), Some("10"));
    // From code every input is part of the call.
    let remote = remote(&plane);
    let version = list[0]["version"].as_str().unwrap();
    let options = ExecuteOptions::new().name("alone");
    let execution = remote
        .execute(&scaled::call(4, 5), version, &options)
        .unwrap();
    assert_eq!(execution.name, "alone");
    remote.wait(&execution).unwrap();
    assert_eq!(remote.outputs::<scaled>(&execution).unwrap(), 20);
}

/// The answer is lost, and with a name of the client's the execution is found again.
#[test]
fn a_lost_answer_starts_a_task_once() {
    let plane = plane();
    let remote = remote(&plane);
    let registration = remote
        .register(Registry::of_program(), &in_image("tests:v1"))
        .unwrap();
    plane.order(
        "CreateExecution",
        1,
        flyte_runtime::testing::cluster::Fault::LostAnswer,
    );
    let call = scaled::call(4, 5);
    let execution = remote
        .execute(&call, &registration.version, &ExecuteOptions::new())
        .unwrap();
    while !remote.show(&execution).unwrap().record.status.is_end() {
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(remote.executions(10).unwrap().len(), 1);
}
