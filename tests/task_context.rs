//! What a task reaches through its context: statistics, metadata of its outputs, a checkpoint, secrets, files and
//! directories of its own.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::time::Duration;

use flyte_runtime::{
    compat::{ExecutionParameters, FlyteContextManager},
    context::FlyteContext,
    prelude::*,
};

#[task]
fn counts_rows(rows: i64) -> i64 {
    flyte_runtime::compat::current_context()
        .stats()
        .incr_by("rows", rows);
    rows
}

#[workflow]
fn counts_twice(rows: i64) -> i64 {
    counts_rows(counts_rows(rows))
}

/// Runs something in a context whose parameters are these.
fn with_parameters<R>(parameters: ExecutionParameters, run: impl FnOnce() -> R) -> R {
    let state = FlyteContext::current()
        .new_execution_state()
        .with_user_space_params(parameters);
    let builder = FlyteContext::current().with_execution_state(state);
    FlyteContextManager::with_context(builder, |_| run())
}

/// What the caller's parameters say reaches its tasks; a test sees the metrics of exactly its own run. Names and tags
/// are those that flytekit gives in a container.
#[test]
fn tasks_inherit_the_parameters_of_whoever_started_the_run() {
    let recorded = flyte_runtime::testing::RecordingStats::new();
    let stats = flyte_runtime::context::Stats::new(recorded.clone());
    let parameters = ExecutionParameters::builder()
        .stats(stats.scope("mine"))
        .build();
    with_parameters(parameters, || assert_eq!(counts_twice(3).unwrap(), 3));
    let name = "mine.local.local.task_context.counts_rows.user_stats.rows";
    assert_eq!(recorded.counter(name), 6);
    let metrics = recorded.metrics();
    let tag = |key: &str| metrics[0].tags.get(key).map(String::as_str);
    assert_eq!(
        ["exec_project", "exec_domain", "exec_workflow"].map(tag),
        [
            Some("local"),
            Some("local"),
            Some("task_context.counts_twice")
        ]
    );
    assert!(tag("api_version").is_some());
}

#[derive(Debug)]
struct Shelf(std::sync::Mutex<Vec<u8>>);

impl flyte_runtime::checkpoint::Checkpoint for Shelf {
    fn prev_exists(&self) -> bool {
        true
    }

    fn restore(
        &self,
        _path: Option<&std::path::Path>,
    ) -> Result<Option<std::path::PathBuf>, flyte_runtime::checkpoint::CheckpointError> {
        Ok(None)
    }

    fn save_path(
        &self,
        _path: &std::path::Path,
    ) -> Result<(), flyte_runtime::checkpoint::CheckpointError> {
        Ok(())
    }

    fn save_reader(
        &self,
        reader: &mut dyn std::io::Read,
    ) -> Result<(), flyte_runtime::checkpoint::CheckpointError> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        *self.0.lock().unwrap() = bytes;
        Ok(())
    }

    fn read(&self) -> Result<Option<Vec<u8>>, flyte_runtime::checkpoint::CheckpointError> {
        Ok(Some(self.0.lock().unwrap().clone()))
    }
}

#[task]
fn adds_to_the_checkpoint(x: i64) -> i64 {
    let parameters = flyte_runtime::compat::current_context();
    let checkpoint = parameters.checkpoint().unwrap();
    let mut bytes = checkpoint.read().unwrap().unwrap();
    bytes.push(x as u8);
    checkpoint.write(&bytes).unwrap();
    x + 1
}

#[workflow]
fn adds_twice(x: i64) -> i64 {
    adds_to_the_checkpoint(adds_to_the_checkpoint(x))
}

#[task]
fn adds_inside(x: i64) -> i64 {
    adds_twice(x).unwrap()
}

/// Also through a run inside of a task.
#[test]
fn a_checkpoint_that_was_given_reaches_every_task_below() {
    let parameters = ExecutionParameters::builder()
        .checkpoint(Shelf(std::sync::Mutex::default()))
        .build();
    with_parameters(parameters.clone(), || adds_inside::run(1).unwrap());
    let kept = parameters.checkpoint().unwrap().read().unwrap();
    assert_eq!(kept, Some(vec![1, 2]));
}

#[test]
fn a_checkpoint_cannot_be_used_after_the_end_of_its_run() {
    static KEPT: std::sync::Mutex<Option<ExecutionParameters>> = std::sync::Mutex::new(None);
    #[task]
    fn keeps_its_checkpoint() -> String {
        let parameters = flyte_runtime::compat::current_context();
        parameters.checkpoint().unwrap().write(b"1").unwrap();
        let directory = parameters.working_directory().unwrap().to_path_buf();
        *KEPT.lock().unwrap() = Some(parameters);
        directory.to_str().unwrap().to_owned()
    }
    let directory = keeps_its_checkpoint::run().unwrap();
    let kept = KEPT.lock().unwrap().take().unwrap();
    let checkpoint = kept.checkpoint().unwrap();
    for error in [
        checkpoint.write(b"2").unwrap_err(),
        checkpoint.read().unwrap_err(),
    ] {
        let text = error.to_string();
        assert!(
            text.starts_with("the checkpoint cannot be used any more: the run has ended"),
            "{text}"
        );
    }
    assert!(!std::path::Path::new(&directory).exists());
}

/// An item that cannot be written as text.
#[derive(Debug)]
struct Unwritable;

impl flyte_runtime::compat::output_metadata::SerializableToString for Unwritable {
    fn serialize_to_string(
        &self,
        variable_name: &str,
    ) -> Result<(String, String), Box<dyn std::error::Error + Send + Sync>> {
        Err(format!("nothing to say about {variable_name}").into())
    }
}

#[task]
fn says_nothing(x: i64) -> i64 {
    use flyte_runtime::compat::output_metadata::OutputMetadata;
    let context = FlyteContext::current();
    let tracker = context.output_metadata_tracker().unwrap();
    tracker.add(0, OutputMetadata::new().with_item(Unwritable));
    x
}

#[test]
fn metadata_that_cannot_be_written_fails_the_task() {
    let text = says_nothing::run(1).unwrap_err().to_string();
    assert!(text.contains("nothing to say about o0"), "{text}");
}

#[task]
fn says(x: i64) -> bool {
    use flyte_runtime::compat::output_metadata::OutputMetadata;
    let _ = x;
    let context = FlyteContext::current();
    let tracker = context.output_metadata_tracker().unwrap();
    let fresh = tracker.get(0).is_none();
    tracker.add(
        0,
        OutputMetadata::new().with_dynamic_partition("region", "a"),
    );
    let seen_below = FlyteContextManager::with_context(context.with_group("g"), |below| {
        below.output_metadata_tracker().unwrap().get(0).is_some()
    });
    fresh && seen_below
}

#[test]
fn every_attempt_has_an_output_metadata_tracker_of_its_own() {
    assert!(says::run(1).unwrap() && says::run(1).unwrap());
    assert!(FlyteContext::current().output_metadata_tracker().is_none());
}

#[task]
fn resumes(n: i64) -> i64 {
    let parameters = flyte_runtime::compat::current_context();
    let checkpoint = parameters.checkpoint().unwrap();
    assert_eq!(checkpoint.read().unwrap(), None);
    checkpoint.write(&(n + 1).to_le_bytes()).unwrap();
    i64::from_le_bytes(checkpoint.read().unwrap().unwrap().try_into().unwrap())
}

#[workflow]
fn sixteen_resume() -> Vec<i64> {
    (0..16).map(|n| resumes(n)).collect::<Vec<_>>()
}

/// `test_checkpoint.py::test_checkpoint_task`; siblings have checkpoints of their own.
#[test]
fn a_task_has_a_checkpoint_and_code_outside_of_one_has_none() {
    assert_eq!(resumes::run(5).unwrap(), 6);
    assert_eq!(sixteen_resume().unwrap(), (1..=16).collect::<Vec<_>>());
    let text = flyte_runtime::compat::current_context()
        .checkpoint()
        .unwrap_err()
        .to_string();
    assert!(
        text.starts_with("checkpointing is not available outside of a task"),
        "{text}"
    );
}

#[task]
fn reads_a_secret() -> usize {
    let parameters = flyte_runtime::compat::current_context();
    parameters
        .secrets()
        .unwrap()
        .get("group", "key")
        .unwrap()
        .expose()
        .len()
}

#[test]
fn a_task_finds_the_secrets_of_its_parameters() {
    use flyte_runtime::{compat::SecretsConfig, config::Environment, secrets::SecretsManager};
    let environment = Environment::empty().with_var("_FSEC_GROUP_KEY", "12345");
    let secrets = SecretsManager::new(SecretsConfig::default(), environment);
    let parameters = ExecutionParameters::builder().secrets(secrets).build();
    let state = FlyteContext::current()
        .new_execution_state()
        .with_user_space_params(parameters);
    FlyteContextManager::with_context(FlyteContext::current().with_execution_state(state), |_| {
        assert_eq!(reads_a_secret::run().unwrap(), 5);
    });
}

#[test]
fn contexts_made_from_one_another_share_their_files() {
    let outer = FlyteContextManager::enter(FlyteContext::current().new_builder());
    let inner = outer.with_group("g").build();
    let sandbox = |context: &FlyteContext| {
        context
            .file_access()
            .unwrap()
            .local_sandbox_dir()
            .to_owned()
    };
    assert_eq!(sandbox(&outer), sandbox(&inner));
    assert!(!sandbox(&outer).exists(), "asking creates nothing");
    let other = flyte_runtime::compat::FileAccessProvider::temporary().unwrap();
    let changed = outer.with_file_access(other).build();
    assert_ne!(sandbox(&outer), sandbox(&changed));
}

#[task]
fn says_too_much(x: i64) -> i64 {
    use flyte_runtime::compat::output_metadata::OutputMetadata;
    let context = FlyteContext::current();
    context
        .output_metadata_tracker()
        .unwrap()
        .add("o3", OutputMetadata::new());
    x
}

#[task]
async fn says_too_much_later(x: i64) -> i64 {
    tokio::time::sleep(Duration::from_millis(1)).await;
    says_too_much(x)
}

#[test]
fn metadata_of_an_output_that_is_not_there_fails_the_task() {
    for error in [
        says_too_much::run(1).unwrap_err(),
        says_too_much_later::run(1).unwrap_err(),
    ] {
        let text = error.to_string();
        assert!(text.contains("o3") && text.contains("o0"), "{text}");
    }
}

#[task]
fn own_directory() -> String {
    let parameters = flyte_runtime::compat::current_context();
    parameters
        .working_directory()
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned()
}

#[workflow]
fn one_inside() -> String {
    own_directory()
}

#[workflow]
fn names_that_could_be_paths() -> (String, String) {
    let inside = one_inside();
    (
        inside,
        own_directory().with_overrides(|o| o.node_name("n0-n0")),
    )
}

#[test]
fn attempts_never_share_a_directory_whatever_their_nodes_are_called() {
    let (inside, outside) = names_that_could_be_paths().unwrap();
    assert_ne!(inside, outside);
}

#[test]
fn a_directory_cannot_be_had_after_the_end_of_its_run() {
    static KEPT: std::sync::Mutex<Option<ExecutionParameters>> = std::sync::Mutex::new(None);
    #[task]
    fn keeps(use_it: bool) {
        let parameters = flyte_runtime::compat::current_context();
        if use_it {
            parameters.working_directory().unwrap();
        }
        *KEPT.lock().unwrap() = Some(parameters);
    }
    for use_it in [true, false] {
        keeps::run(use_it).unwrap();
        let kept = KEPT.lock().unwrap().take().unwrap();
        let text = kept.working_directory().unwrap_err().to_string();
        assert!(text.starts_with("the run has ended"), "{text}");
    }
}

#[test]
fn outside_of_a_run_a_directory_is_nobody_elses() {
    let parameters = ExecutionParameters::builder().build();
    let directory = parameters.working_directory().unwrap().to_owned();
    assert_ne!(directory, std::env::temp_dir());
    assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 0);
    drop(parameters);
    assert!(!directory.exists());
}
