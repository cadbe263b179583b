//! The services of the control plane, in what is surprising, too.

use flyte_idl::{
    flyteidl2::{
        common::{ActionPhase, ListRequest},
        core::task_template::Target,
        task::{GetTaskDetailsRequest, ListVersionsRequest, TaskName, TaskSpec},
        workflow::{AbortRunRequest, ListRunsRequest},
    },
    tonic::{Code, Response},
};

use crate::cluster::{Cluster, integer};

fn spec(cluster: &Cluster, name: &str, version: &str) -> TaskSpec {
    let request = GetTaskDetailsRequest {
        task_id: Some(cluster.task(name, version)),
    };
    let answer = cluster
        .runtime
        .block_on(cluster.tasks().get_task_details(request));
    answer.unwrap().into_inner().details.unwrap().spec.unwrap()
}

#[test]
fn a_workflow_is_registered_as_a_task_with_all_that_servers_need() {
    let cluster = Cluster::start();
    let spec = spec(&cluster, "flyte2_program.hypotenuse", "v1");
    assert_eq!(spec.short_name, "hypotenuse");
    assert_eq!(spec.environment.unwrap().name, "flyte2_program");
    let defaults: Vec<_> = spec
        .default_inputs
        .iter()
        .map(|input| input.name.as_str())
        .collect();
    assert_eq!(defaults, ["a"]);
    let template = spec.task_template.unwrap();
    let inputs = template.interface.unwrap().inputs.unwrap().variables;
    let names: Vec<_> = inputs.iter().map(|input| input.key.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    let metadata = template.metadata.unwrap();
    assert!(metadata.runtime.unwrap().version.starts_with("2."));
    assert_eq!(metadata.discovery_version.len(), 64);
    let Some(Target::Container(container)) = template.target else {
        panic!("it has no container")
    };
    let words = container.args.join(" ");
    for option in [
        "--outputs-path {{.outputPrefix}}",
        "--run-name {{.runName}}",
        "--name {{.actionName}}",
    ] {
        assert!(words.contains(option), "{words}");
    }
    assert!(
        words.ends_with("-- task flyte2_program.hypotenuse"),
        "{words}"
    );
    assert!(
        container
            .env
            .iter()
            .any(|variable| variable.key == "_F_SS_C")
    );
}

#[test]
fn a_second_deployment_replaces_the_first_without_a_word() {
    let cluster = Cluster::start();
    let mut other = spec(&cluster, "flyte2_program.square", "v1");
    "other".clone_into(&mut other.short_name);
    cluster.deploy(other);
    assert_eq!(
        spec(&cluster, "flyte2_program.square", "v1").short_name,
        "other"
    );
    cluster.register("v2");
    let request = ListVersionsRequest {
        request: None,
        task_name: Some(TaskName {
            org: String::new(),
            project: "flytesnacks".to_owned(),
            domain: "development".to_owned(),
            name: "flyte2_program.square".to_owned(),
        }),
    };
    let answer = cluster
        .runtime
        .block_on(cluster.tasks().list_versions(request))
        .unwrap();
    let versions = answer
        .into_inner()
        .versions
        .into_iter()
        .map(|one| one.version);
    assert_eq!(versions.collect::<Vec<_>>(), ["v2", "v1"]);
}

#[test]
fn a_run_of_a_name_that_exists_starts_nothing() {
    let cluster = Cluster::start();
    cluster.start_run("same", "square", &[("x", integer(2))]);
    cluster.wait("same");
    cluster.start_run("same", "square", &[("x", integer(3))]);
    let root = &cluster.plane.actions("same")[0];
    assert_eq!((root.processes, root.phase.as_str()), (1, "SUCCEEDED"));
}

#[test]
fn aborting_a_run_that_has_ended_changes_how_it_ended() {
    let cluster = Cluster::start();
    cluster.start_run("over", "square", &[("x", integer(2))]);
    cluster.wait("over");
    let request = AbortRunRequest {
        run_id: Some(cluster.run_id("over")),
        reason: Some("late".to_owned()),
    };
    cluster
        .runtime
        .block_on(cluster.runs().abort_run(request))
        .unwrap();
    assert_eq!(cluster.phase("over"), ActionPhase::Aborted);
}

#[test]
fn aborting_a_run_ends_its_children() {
    let cluster = Cluster::start();
    cluster.start_run("long", "slow", &[("seconds", integer(600))]);
    let request = AbortRunRequest {
        run_id: Some(cluster.run_id("long")),
        reason: Some("enough".to_owned()),
    };
    cluster
        .runtime
        .block_on(cluster.runs().abort_run(request))
        .unwrap();
    assert_eq!(
        cluster.wait("long").status.unwrap().phase(),
        ActionPhase::Aborted
    );
}

#[test]
fn lists_have_at_most_200_things_and_offsets_as_tokens() {
    let cluster = Cluster::start();
    for number in 0..3 {
        cluster.start_run(&format!("r{number}"), "square", &[("x", integer(number))]);
    }
    let page = |limit, token: &str| {
        let request = ListRunsRequest {
            request: Some(ListRequest {
                limit,
                token: token.to_owned(),
                ..ListRequest::default()
            }),
            ..ListRunsRequest::default()
        };
        cluster
            .runtime
            .block_on(cluster.runs().list_runs(request))
            .map(Response::into_inner)
    };
    let first = page(2, "").unwrap();
    assert_eq!((first.runs.len(), first.token.as_str()), (2, "2"));
    let last = page(2, &first.token).unwrap();
    assert_eq!((last.runs.len(), last.token.as_str()), (1, ""));
    assert_eq!(page(201, "").unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(
        page(2, "zz").unwrap_err().message(),
        "invalid token: \"zz\""
    );
}
