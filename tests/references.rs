//! References: entities of a cluster, known by their signatures, as nodes, in the registry, and in local runs.

use flyte_runtime::{
    compat::FlyteEntities,
    error::NotHereError,
    graph::{EntityDescriptor, EntityKind, LaunchPlan, NodeTarget},
    prelude::*,
    testing::mock,
};

/// Only its signature is known.
#[reference_task(
    project = "ml",
    domain = "production",
    name = "features.embed",
    version = "v3"
)]
fn embed(text: &str, #[default(2)] size: i64) -> Vec<i64>;

/// With a stub.
#[reference_task(
    project = "ml",
    domain = "production",
    name = "features.rank",
    version = "v3"
)]
fn rank(texts: &[String]) -> Result<i64, String> {
    match texts {
        [] => Err("there are no texts".to_owned()),
        texts => Ok(texts.len() as i64),
    }
}

#[reference_task(
    project = "ml",
    domain = "production",
    name = "features.wait",
    version = "v3",
    type_name = wait_there
)]
async fn wait(ms: u64) -> u64 {
    tokio::time::sleep(std::time::Duration::from_millis(ms)).await;
    ms
}

#[reference_workflow(project = "ml", domain = "production", name = "train", version = "v1")]
fn train(rows: i64) -> (i64, String) {
    (rows * 2, "stub".to_owned())
}

#[reference_launch_plan(
    project = "ml",
    domain = "production",
    name = "nightly",
    version = "v1"
)]
fn nightly(rows: i64);

#[workflow]
fn pipeline(texts: Vec<String>) -> (i64, i64) {
    let ranked = rank(texts);
    let (rows, _) = train(ranked);
    (rows, ranked)
}

#[workflow]
fn unstubbed(text: String) -> Vec<i64> {
    let vector = embed(text = text);
    nightly(vector.at(0));
    vector
}

#[dynamic]
fn unfolded(texts: Vec<String>) -> Vec<Vec<i64>> {
    let mut vectors = vec![];
    for text in texts {
        vectors.push(embed(text = text));
    }
    vectors
}

#[launch_plan(schedule = "@daily")]
fn retrain() -> (i64, String) {
    train(rows = 10)
}

#[test]
fn a_stub_runs_in_its_place() {
    assert_eq!(rank(&["a".to_owned()]), Ok(1));
    assert_eq!(
        pipeline(vec!["a".into(), "b".into()]).expect("it runs"),
        (4, 2)
    );
    assert_eq!(wait_there::run(1).expect("it runs"), 1);
    assert_eq!(retrain().expect("it runs"), (20, "stub".to_owned()));
    let error = pipeline(vec![]).expect_err("it fails").to_string();
    assert!(error.contains("there are no texts"), "{error}");
}

#[test]
fn without_a_stub_a_local_run_says_what_is_missing_and_what_to_do() {
    let error = embed("a", 3)
        .expect_err("there is nothing to run")
        .to_string();
    for part in [
        "task `references.embed` failed",
        "the task `ml:production:features.embed:v3` is on a cluster",
        "write a body for `embed` (tests/references.rs:",
        "or mock it in a test",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let error = unstubbed("a".to_owned()).expect_err("there is nothing to run");
    let RunError::Failed(failure) = &error else {
        panic!("{error}");
    };
    assert_eq!(failure.first.node, "n0");
    assert_eq!(failure.skipped, 1);
    let shown = nightly(3).expect_err("there is nothing to run").to_string();
    assert!(
        shown.contains("the launch plan `ml:production:nightly:v1`"),
        "{shown}"
    );
}

/// In the graph of a dynamic task as in that of a workflow.
#[test]
fn a_dynamic_task_runs_references_as_a_workflow_does() {
    let error = unfolded(vec!["a".to_owned()])
        .expect_err("there is nothing to run")
        .to_string();
    for part in [
        "the task `ml:production:features.embed:v3` is on a cluster",
        "write a body for `embed` (tests/references.rs:",
        "or mock it in a test: `let _mocked = mock::<embed>(|..| ..);`",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    let _mocked = mock::<embed>(|(text, size): (String, i64)| vec![text.len() as i64, size]);
    let vectors = unfolded(vec!["a".to_owned(), "bc".to_owned()]);
    assert_eq!(vectors.expect("it runs"), [[1, 2], [2, 2]]);
}

#[test]
fn the_error_can_be_told_from_others() {
    let RunError::Failed(failure) = embed("a", 3).expect_err("there is nothing to run") else {
        panic!("another error");
    };
    let flyte_runtime::error::FailureCause::Error(error) = &failure.first.cause else {
        panic!("another cause");
    };
    let error: &NotHereError = error.downcast_ref().expect("it is this error");
    assert_eq!(error.kind, EntityKind::Task);
    assert_eq!(error.id, "ml:production:features.embed:v3");
    assert_eq!(error.function, "embed");
}

#[test]
fn nodes_of_references_carry_the_name_of_the_cluster() {
    let graph = pipeline::graph().expect("it compiles");
    let [rank, train] = graph.nodes() else {
        panic!("{:?}", graph.nodes());
    };
    let (NodeTarget::Task(rank_entity), NodeTarget::Workflow(train_entity)) =
        (rank.target(), train.target())
    else {
        panic!("{:?}", graph.nodes());
    };
    assert_eq!(rank.metadata().name, "rank");
    let reference = rank_entity.reference().expect("it is one");
    assert_eq!(reference.to_string(), "ml:production:features.rank:v3");
    assert!(reference.stubbed);
    assert_eq!(
        train_entity.reference().expect("it is one").kind,
        EntityKind::Workflow
    );
    let graph = unstubbed::graph().expect("it compiles");
    let NodeTarget::LaunchPlan(nightly) = graph.nodes()[1].target() else {
        panic!("{:?}", graph.nodes());
    };
    assert!(!nightly.reference().expect("it is one").stubbed);
    let defaults: Vec<_> = graph.nodes()[0]
        .bindings()
        .iter()
        .map(|b| b.var.clone())
        .collect();
    assert_eq!(defaults, ["size", "text"]);
}

#[test]
fn the_registry_tells_references_from_what_the_program_has() {
    let registry = FlyteEntities::registry();
    let references: Vec<_> = registry
        .references()
        .map(EntityDescriptor::short_name)
        .collect();
    assert_eq!(references, ["embed", "nightly", "rank", "train", "wait"]);
    let tasks: Vec<_> = registry.tasks().map(EntityDescriptor::short_name).collect();
    assert_eq!(tasks, ["unfolded"]);
    let workflows: Vec<_> = registry
        .workflows()
        .map(EntityDescriptor::short_name)
        .collect();
    assert_eq!(workflows, ["pipeline", "unstubbed"]);
    let plans: Vec<_> = registry
        .launch_plans()
        .map(EntityDescriptor::short_name)
        .collect();
    assert_eq!(plans, ["retrain"]);
    assert!(
        LaunchPlan::of(train::descriptor())
            .expect("it compiles")
            .is_none()
    );
}
