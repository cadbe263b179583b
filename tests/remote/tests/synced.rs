//! Executions by name, with their nodes and values.

use flyte_remote::{doomed, endless, hypotenuse, long, nested, patient, squares};
use flyte_runtime::{
    Registry,
    cluster::{
        BlockingRemote, ExecuteOptions, ExecutionFilter, RelaunchOptions, Remote, RemoteExecution,
        Status,
    },
    graph::EntityKind,
    prelude::*,
    testing::cluster::{ControlPlaneOptions, Fault},
    types::LiteralValue,
};

use crate::{in_image, plane, plane_with, remote, started};

/// A call that has ended, with all that is known of it.
fn synced<E: Entity>(remote: &BlockingRemote, call: &Call<E>) -> RemoteExecution {
    let started = started(remote, call);
    // How it ends is for the caller to say.
    let _ended = remote.wait(&started);
    let mut execution = remote.fetch_execution(&started.name).unwrap();
    remote.sync(&mut execution).unwrap();
    execution
}

#[test]
fn an_execution_says_what_it_runs_and_where_it_comes_from() {
    let plane = plane();
    let remote = remote(&plane);
    let first = started(&remote, &hypotenuse::call(3, 4));
    remote.wait(&first).unwrap();
    let fetched = remote.fetch_execution(&first.name).unwrap();
    assert!(fetched.is_done() && fetched.is_successful());
    assert_eq!(fetched.execution, first);
    assert_eq!(fetched.launched.kind, EntityKind::LaunchPlan);
    assert_eq!(
        fetched.workflow.as_ref().unwrap().name,
        "flyte_remote.hypotenuse"
    );
    assert_eq!(
        (fetched.repeats.as_deref(), fetched.is_recovered),
        (None, false)
    );
    // Nothing more was asked for.
    assert!(fetched.inputs.is_empty() && fetched.outputs.is_none() && fetched.nodes.is_empty());
    let again = remote.recover(&first, &RelaunchOptions::new()).unwrap();
    let again = remote.fetch_execution(&again.name).unwrap();
    assert_eq!(
        (again.repeats.as_deref(), again.is_recovered),
        (Some(&*first.name), true)
    );
    let error = remote.fetch_execution("nobody").unwrap_err().to_string();
    assert!(
        error.contains("has no execution `nobody` in flytesnacks:development"),
        "{error}"
    );
}

#[test]
fn syncing_fills_in_nodes_attempts_and_values() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = synced(&remote, &nested::call(8));
    assert_eq!(execution.input::<i64>("b").unwrap(), 8);
    assert_eq!(execution.output::<i64>("o0").unwrap(), 73);
    assert_eq!(execution.output::<i64>("o1").unwrap(), 100);
    assert!(
        execution
            .all_nodes()
            .any(|node| node.path == "n0/n0" && node.attempts.len() == 1)
    );
    // Those inside of a workflow have their own.
    let inner = &execution.values["n0/n1"];
    assert_eq!(
        (
            inner.input::<i64>("x").unwrap(),
            inner.output::<i64>("o0").unwrap()
        ),
        (8, 64)
    );
    assert_eq!(execution.values["n0"].output::<i64>("o0").unwrap(), 73);
    let error = execution.output::<i64>("o2").unwrap_err().to_string();
    assert!(
        error.ends_with("has no output `o2`, but `o0`, `o1`"),
        "{error}"
    );
    let error = execution.output::<String>("o0").unwrap_err().to_string();
    assert!(error.contains("is not a value of type string"), "{error}");
    // A map is a node, and its elements are not.
    let mapped = synced(&remote, &squares::call(vec![1, 2, 3]));
    assert_eq!(
        mapped.values["n0"].output::<Vec<i64>>("o0").unwrap(),
        [1, 4, 9]
    );
    assert!(mapped.all_nodes().any(|node| node.path == "n0[2]"));
    let retried = synced(&remote, &patient::call("x".to_owned()));
    assert_eq!(retried.nodes[0].attempts.len(), 2);
}

#[test]
fn a_failure_has_inputs_and_no_outputs() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = synced(&remote, &doomed::call("gold".to_owned()));
    assert!(execution.is_done() && !execution.is_successful());
    assert_eq!(execution.input::<String>("text").unwrap(), "gold");
    assert_eq!(execution.outputs, None);
    let node = &execution.values["n0"];
    assert_eq!(
        (node.input::<String>("text").unwrap(), &node.outputs),
        ("gold".to_owned(), &None)
    );
    let error = execution.output::<String>("o0").unwrap_err().to_string();
    assert!(
        error.ends_with("has no output `o0`, and no other"),
        "{error}"
    );
}

/// Above 2 MiB the answers are empty, and nothing says that something is missing: with links and without.
#[test]
fn long_values_of_nodes_are_read_from_the_store() {
    for has_links in [true, false] {
        let plane = plane_with(ControlPlaneOptions::default().links(has_links));
        let remote = remote(&plane);
        let execution = synced(&remote, &long::call(3));
        let LiteralValue::String(text) = &execution.outputs.as_ref().unwrap()["o0"].value else {
            panic!("{has_links}");
        };
        assert_eq!(text.len(), 3 << 20);
        let node = execution.values["n0"].output::<String>("o0").unwrap();
        assert_eq!(node.len(), 3 << 20, "{has_links}");
    }
}

/// An execution that cannot be brought up to date stays what it was.
#[test]
fn answers_that_are_lost_and_refusals() {
    let plane = plane();
    let remote = remote(&plane);
    let started = started(&remote, &hypotenuse::call(3, 4));
    remote.wait(&started).unwrap();
    let mut execution = remote.fetch_execution(&started.name).unwrap();
    let before = execution.clone();
    plane.order(
        "GetNodeExecutionData",
        1,
        Fault::Refused(7, "not for you".to_owned()),
    );
    let error = remote.sync(&mut execution).unwrap_err().to_string();
    assert!(
        error.contains("refuses GetNodeExecutionData: not for you"),
        "{error}"
    );
    assert_eq!(execution, before);
    for method in [
        "GetNodeExecutionData",
        "GetExecutionData",
        "GetExecution",
        "ListNodeExecutions",
    ] {
        plane.order(method, 1, Fault::LostAnswer);
    }
    remote.sync(&mut execution).unwrap();
    assert_eq!(execution.values.len(), 3);
}

#[test]
fn lists_have_what_a_filter_lets_through() {
    let plane = plane();
    let remote = remote(&plane);
    let ended = |execution| {
        let _ended = remote.wait(&execution);
        execution.name
    };
    let first = ended(started(&remote, &hypotenuse::call(3, 4)));
    let failed = ended(started(&remote, &doomed::call("x".to_owned())));
    let alone = ended(started(&remote, &flyte_remote::square::call(3)));
    let options = in_image("tests:v1");
    let version = remote
        .register(Registry::of_program(), &options)
        .unwrap()
        .version;
    let running = started(&remote, &endless::call(60));
    let tagged = ExecuteOptions::new().tag("nightly");
    let tagged = remote
        .execute(&hypotenuse::call(6, 8), &version, &tagged)
        .unwrap();
    let tagged = ended(tagged);
    let names = |filter: ExecutionFilter| {
        let records = remote.list_executions(&filter, 10).unwrap();
        records
            .into_iter()
            .map(|record| record.name)
            .collect::<Vec<_>>()
    };
    let filter = ExecutionFilter::new;
    let of_plan = filter().launch_plan("flyte_remote.hypotenuse");
    assert_eq!(names(of_plan.clone()), [&*tagged, &*first]);
    assert_eq!(names(of_plan.clone().tag("nightly")), [&*tagged]);
    assert_eq!(names(filter().status(Status::Failed)), [&*failed]);
    assert_eq!(names(filter().status(Status::Running)), [&*running.name]);
    assert_eq!(names(filter().task("flyte_remote.square")), [&*alone]);
    assert_eq!(names(filter().workflow("flyte_remote.doomed")), [&*failed]);
    assert_eq!(names(filter().version(&version)).len(), 4);
    let second = remote
        .fetch_execution(&failed)
        .unwrap()
        .record
        .created
        .unwrap();
    assert_eq!(names(filter().created_before(second)), [&*first]);
    assert_eq!(names(filter().created_since(second)).len(), 4);
    assert_eq!(remote.list_executions(&of_plan, 1).unwrap().len(), 1);
    let error = remote
        .list_executions(&filter().tag("a+b"), 1)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("cannot be filtered by admin_tag.name `a+b`"),
        "{error}"
    );
    remote.terminate(&running, "enough").unwrap();
}

/// A server lists at most as many as it is asked for, and says that there are more whenever a page is full.
#[tokio::test]
async fn lists_go_on_after_a_page() {
    let plane = plane();
    let remote = Remote::connect_in(&plane.config(), &plane.environment())
        .await
        .unwrap();
    let options = in_image("tests:v1").only(flyte_remote::square::descriptor());
    let version = remote
        .register(Registry::of_program(), &options)
        .await
        .unwrap()
        .version;
    for number in 0..502 {
        let options = ExecuteOptions::new().name(format!("e{number}"));
        let call = flyte_remote::square::call(number);
        remote.execute(&call, &version, &options).await.unwrap();
    }
    let filter = ExecutionFilter::new().task("flyte_remote.square");
    let records = remote.list_executions(&filter, 1_000).await.unwrap();
    assert_eq!((records.len(), &*records[501].name), (502, "e0"));
    assert_eq!(plane.calls("ListExecutions"), 2);
}
