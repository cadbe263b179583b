//! Tasks, workflows and launch plans by name: what is fetched, and what is started with it.

use std::time::Duration;

use flyte_remote::{from_six, hypotenuse, larger, recalled, square};
use flyte_runtime::{
    Registry,
    cluster::{
        BlockingRemote, ClusterError, ExecuteOptions, Execution, Fetched, Inputs, Remote, Version,
    },
    events::NodeKind,
    graph::EntityKind,
    prelude::*,
    testing::cluster::{ControlPlane, ControlPlaneOptions, Fault},
    types::{Literal, LiteralType, LiteralValue},
};

use crate::{in_image, plane, plane_with, remote};

fn registered(plane: &ControlPlane, version: &str) -> BlockingRemote {
    let remote = remote(plane);
    let options = in_image("tests:v1").version(version);
    remote.register(Registry::of_program(), &options).unwrap();
    remote
}

#[test]
fn a_task_has_its_interface_image_and_options() {
    let plane = plane();
    let remote = registered(&plane, "v1");
    let task = remote.fetch_task("flyte_remote.second_time", "v1").unwrap();
    assert_eq!(
        task.id.to_string(),
        "flytesnacks:development:flyte_remote.second_time:v1"
    );
    assert_eq!(task.interface.to_string(), "(text: string) -> (o0: string)");
    assert_eq!(task.image.as_deref(), Some("tests:v1"));
    assert_eq!(task.options.retries, 2);
    assert!(
        task.command.iter().any(|word| word == "flyte-execute"),
        "{:?}",
        task.command
    );
    assert!(task.created.is_some());
    let cached = remote.fetch_task("flyte_remote.remembered", "v1").unwrap();
    assert_eq!(cached.options.cache.as_deref(), Some("1"));
    assert!(remote.console_url(&task).ends_with(
        "/console/projects/flytesnacks/domains/development/task/flyte_remote.second_time/version/v1"
    ));
}

#[test]
fn a_workflow_has_its_nodes_and_parts() {
    let plane = plane();
    let remote = registered(&plane, "v1");
    let workflow = remote.fetch_workflow("flyte_remote.nested", "v1").unwrap();
    let nodes = workflow.nodes.iter().map(|node| {
        let runs = node.runs.as_ref().unwrap();
        (&*node.id, node.kind, runs.kind, &*runs.name)
    });
    assert_eq!(
        nodes.collect::<Vec<_>>(),
        [
            (
                "n0",
                NodeKind::Workflow,
                EntityKind::Workflow,
                "flyte_remote.hypotenuse"
            ),
            (
                "n1",
                NodeKind::Workflow,
                EntityKind::LaunchPlan,
                "flyte_remote.from_six"
            ),
        ]
    );
    assert_eq!(workflow.sub_workflows.len(), 1);
    assert_eq!(workflow.sub_workflows[0].nodes.len(), 3);
    let branch = remote.fetch_workflow("flyte_remote.larger", "v1").unwrap();
    assert_eq!(branch.nodes[0].kind, NodeKind::Branch);
    assert_eq!(branch.nodes[0].nodes.len(), 2);
    let gates = remote
        .fetch_workflow("flyte_remote.released", "v1")
        .unwrap();
    assert!(gates.nodes.iter().any(|node| node.kind == NodeKind::Gate));
}

#[test]
fn a_launch_plan_has_its_defaults_and_what_is_fixed() {
    let plane = plane();
    let remote = registered(&plane, "v1");
    let plan = remote
        .fetch_launch_plan("flyte_remote.from_six", "v1")
        .unwrap();
    assert_eq!(plan.interface.to_string(), "(b: integer) -> (o0: integer)");
    assert_eq!(plan.fixed_inputs["a"].value, LiteralValue::Integer(6));
    assert_eq!(plan.workflow.name, "flyte_remote.hypotenuse");
    assert!(plan.is_active);
    let own = remote
        .fetch_launch_plan("flyte_remote.hypotenuse", "v1")
        .unwrap();
    let a = own.interface.input("a").unwrap();
    assert_eq!(
        a.default.as_ref().map(|default| &default.value),
        Some(&LiteralValue::Integer(3))
    );
    assert_eq!(own.interface.input("b").unwrap().default, None);
    assert!(!own.is_active);
    let active = remote
        .fetch_active_launch_plan("flyte_remote.from_six")
        .unwrap();
    assert_eq!(active, Some(plan));
    assert_eq!(
        remote
            .fetch_active_launch_plan("flyte_remote.hypotenuse")
            .unwrap(),
        None
    );
    let error = remote.fetch_active_launch_plan("nobody").unwrap_err();
    assert!(matches!(error, ClusterError::Absent { .. }), "{error}");
}

/// Without being asked for an order a server lists in none, and the names say nothing about time.
#[test]
fn the_latest_version_is_the_one_that_was_registered_last() {
    let plane = plane();
    let remote = registered(&plane, "b");
    for version in ["d", "a", "c"] {
        let options = in_image("tests:v1").version(version);
        remote.register(Registry::of_program(), &options).unwrap();
    }
    let name = "flyte_remote.hypotenuse";
    assert_eq!(
        remote
            .fetch_task("flyte_remote.square", Version::Latest)
            .unwrap()
            .id
            .version,
        "c"
    );
    assert_eq!(
        remote
            .fetch_workflow(name, Version::Latest)
            .unwrap()
            .id
            .version,
        "c"
    );
    assert_eq!(
        remote
            .fetch_launch_plan(name, Version::Latest)
            .unwrap()
            .id
            .version,
        "c"
    );
    let error = remote.fetch_workflow(name, "e").unwrap_err().to_string();
    assert!(
        error.ends_with(
            "has no workflow `flyte_remote.hypotenuse` in version e in flytesnacks:development; its latest versions \
             are c, a, d, b, and `register --version e` of its program registers this one"
        ),
        "{error}"
    );
    let error = remote
        .fetch_task("flyte_remote.sqare", Version::Latest)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("no version of it is registered there"),
        "{error}"
    );
    assert!(error.starts_with(&plane.address().to_string()), "{error}");
}

/// What was fetched by name gives what the program's own call gives.
#[test]
fn what_is_fetched_can_be_started() {
    let plane = plane();
    let remote = registered(&plane, "v1");
    let options = ExecuteOptions::new();
    let given = |execution: &Execution| {
        remote.wait(execution).unwrap();
        remote.output::<i64>(execution, "o0").unwrap()
    };
    let task = remote.fetch_task("flyte_remote.square", "v1").unwrap();
    let inputs = Inputs::new().with("x", 7_i64);
    let execution = remote.execute_fetched(&task, &inputs, &options).unwrap();
    assert_eq!(given(&execution), 49);
    assert_eq!(remote.input::<i64>(&execution, "x").unwrap(), 7);
    // A workflow by the launch plan of its name, with its defaults, and inputs as people write them.
    let workflow = remote
        .fetch_workflow("flyte_remote.hypotenuse", "v1")
        .unwrap();
    let inputs = Inputs::new().text("b", "4");
    let execution = remote
        .execute_fetched(&workflow, &inputs, &options)
        .unwrap();
    assert_eq!(given(&execution), hypotenuse::run(3, 4).unwrap());
    // An output of one is an input of another.
    let outputs = remote.output_literals(&execution).unwrap();
    let plan = remote
        .fetch_launch_plan("flyte_remote.from_six", "v1")
        .unwrap();
    let inputs = Inputs::new().literal("b", outputs["o0"].clone());
    let execution = remote.execute_fetched(&plan, &inputs, &options).unwrap();
    assert_eq!(given(&execution), from_six::run(25).unwrap());
    assert_eq!(
        remote.input_literals(&execution).unwrap()["b"],
        outputs["o0"]
    );
}

/// A server names one of them, in its own words, and starts nothing either.
#[test]
fn inputs_that_do_not_fit_are_told_all_at_once() {
    let plane = plane();
    let remote = registered(&plane, "v1");
    let refused = |entity: &dyn Fn(&Inputs) -> Result<Execution, ClusterError>, inputs: Inputs| {
        entity(&inputs).unwrap_err().to_string()
    };
    let options = ExecuteOptions::new();
    let plan = remote
        .fetch_launch_plan("flyte_remote.from_six", "v1")
        .unwrap();
    let start = |inputs: &Inputs| remote.execute_fetched(&plan, inputs, &options);
    assert_eq!(
        refused(&start, Inputs::new().with("a", 1_i64).with("c", 2_i64)),
        "the inputs do not fit the launch plan `flytesnacks:development:flyte_remote.from_six:v1`: `a` is fixed by the \
         launch plan, leave it out; `c` is not one of its inputs; `b` of type integer is missing; its interface is \
         (b: integer) -> (o0: integer)"
    );
    let error = refused(&start, Inputs::new().with("b", "four".to_owned()));
    assert!(
        error.contains("`b` is of type string, and integer is expected"),
        "{error}"
    );
    let error = refused(&start, Inputs::new().text("b", "four"));
    assert!(error.contains("`b` is not of type integer"), "{error}");
    let error = refused(&start, Inputs::new().literal("b", Literal::boolean(true)));
    assert!(
        error.contains("`b` is of type boolean, and integer is expected"),
        "{error}"
    );
    assert_eq!(plane.calls("CreateExecution"), 0);
}

/// To a cluster an input that may be nothing is a union, and the value says which of its types it has.
#[test]
fn optional_inputs_are_given_plainly_or_left_out() {
    #[task]
    fn greeting(name: Option<String>, times: Option<Vec<i64>>) -> String {
        format!("{} {:?}", name.as_deref().unwrap_or("you"), times)
    }
    let registry = Registry::builder().with::<greeting>().build().unwrap();
    let plane = ControlPlane::start(&registry).unwrap();
    let remote = remote(&plane);
    remote
        .register(&registry, &in_image("tests:v1").version("v1"))
        .unwrap();
    let task = remote
        .fetch_task(greeting::descriptor().name(), "v1")
        .unwrap();
    let input = task.interface().input("name").unwrap();
    assert!(matches!(input.literal_type, LiteralType::Union(_)) && input.default.is_some());
    let given = |inputs: Inputs| {
        let execution = remote
            .execute_fetched(&task, &inputs, &ExecuteOptions::new())
            .unwrap();
        remote.wait(&execution).unwrap();
        remote.output::<String>(&execution, "o0").unwrap()
    };
    assert_eq!(given(Inputs::new()), "you None");
    let both = Inputs::new()
        .with("name", "me".to_owned())
        .with("times", Some(vec![1_i64]));
    assert_eq!(given(both), "me Some([1])");
}

#[test]
fn a_name_that_is_taken_or_an_answer_that_is_lost_starts_nothing_twice() {
    let plane = plane();
    let remote = registered(&plane, "v1");
    let task = remote.fetch_task("flyte_remote.square", "v1").unwrap();
    let start = |x: i64, options: ExecuteOptions| {
        remote.execute_fetched(&task, &Inputs::new().with("x", x), &options)
    };
    start(3, ExecuteOptions::new().name("mine")).unwrap();
    let error = start(4, ExecuteOptions::new().name("mine")).unwrap_err();
    assert!(
        matches!(&error, ClusterError::Taken { name } if name == "mine"),
        "{error}"
    );
    assert_eq!(plane.kept_input("mine", "x").as_deref(), Some("3"));
    plane.order("CreateExecution", 1, Fault::LostAnswer);
    let execution = start(5, ExecuteOptions::new().name_prefix("nightly")).unwrap();
    assert!(execution.name.starts_with("nightly-"), "{}", execution.name);
    remote.wait(&execution).unwrap();
    assert_eq!(remote.executions(10).unwrap().len(), 2);
    let error = start(6, ExecuteOptions::new().name_prefix("Nightly")).unwrap_err();
    assert!(error.to_string().contains("write small letters"), "{error}");
    assert_ne!(Execution::new_name("a"), Execution::new_name("a"));
    let pooled = ExecuteOptions::new()
        .name("pooled")
        .cluster_pool("gpu")
        .cluster_label("east")
        .disable_notifications(true);
    start(7, pooled).unwrap();
    let spec = plane.spec("pooled").unwrap();
    for part in [
        "cluster_pool_name: \"gpu\"",
        "value: \"east\"",
        "DisableAll(",
    ] {
        assert!(spec.contains(part), "{part} is not in {spec}");
    }
}

#[test]
fn an_answer_that_is_lost_is_asked_for_again() {
    let plane = plane();
    let remote = registered(&plane, "v1");
    for method in [
        "GetTask",
        "GetWorkflow",
        "GetLaunchPlan",
        "ListTasks",
        "GetActiveLaunchPlan",
    ] {
        plane.order(method, 1, Fault::LostAnswer);
    }
    assert!(
        remote
            .fetch_task("flyte_remote.square", Version::Latest)
            .is_ok()
    );
    assert!(remote.fetch_workflow("flyte_remote.larger", "v1").is_ok());
    assert!(
        remote
            .fetch_launch_plan("flyte_remote.larger", "v1")
            .is_ok()
    );
    assert!(
        remote
            .fetch_active_launch_plan("flyte_remote.from_six")
            .unwrap()
            .is_some()
    );
    let refusal = Fault::Refused(7, "not for you".to_owned());
    plane.order("GetTask", 1, refusal);
    let error = remote
        .fetch_task("flyte_remote.square", "v1")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("refuses GetTask: not for you [PermissionDenied]"),
        "{error}"
    );
}

/// What async programs use, in another project.
#[tokio::test]
async fn another_project_is_one_word_away() {
    let plane = plane_with(ControlPlaneOptions::default().project("text"));
    let remote = Remote::connect_in(&plane.config(), &plane.environment())
        .await
        .unwrap();
    let there = remote.within("text", "production");
    let options = in_image("tests:v1")
        .version("v1")
        .only(square::descriptor());
    there
        .register(Registry::of_program(), &options)
        .await
        .unwrap();
    let task = there
        .fetch_task("flyte_remote.square", Version::Latest)
        .await
        .unwrap();
    assert_eq!(
        task.id.to_string(),
        "text:production:flyte_remote.square:v1"
    );
    assert!(
        remote
            .fetch_task("flyte_remote.square", "v1")
            .await
            .is_err()
    );
    // What is registered there can be started here.
    let inputs = Inputs::new().with("x", 3_i64);
    let execution = remote
        .execute_fetched(&task, &inputs, &ExecuteOptions::new())
        .await
        .unwrap();
    assert_eq!(
        (&*execution.project, &*execution.domain),
        ("flytesnacks", "development")
    );
    let options =
        flyte_runtime::cluster::WaitOptions::new().poll_interval(Duration::from_millis(10));
    remote.wait_with(&execution, &options).await.unwrap();
    assert_eq!(remote.output::<i64>(&execution, "o0").await.unwrap(), 9);
}

/// That of the program itself is the same as that of a call.
#[test]
fn caching_and_branches_are_run_as_any_other() {
    let plane = plane();
    let remote = registered(&plane, "v1");
    let given = |name: &str, inputs: Inputs| {
        let workflow = remote.fetch_workflow(name, Version::Latest).unwrap();
        let execution = remote
            .execute_fetched(&workflow, &inputs, &ExecuteOptions::new())
            .unwrap();
        remote.wait(&execution).unwrap();
        execution
    };
    let execution = given(
        "flyte_remote.recalled",
        Inputs::new().with("text", "a".to_owned()),
    );
    assert_eq!(remote.outputs::<recalled>(&execution).unwrap(), "A");
    let execution = given("flyte_remote.larger", Inputs::new().with("x", 11_i64));
    assert_eq!(
        remote.outputs::<larger>(&execution).unwrap(),
        larger::run(11).unwrap()
    );
}
