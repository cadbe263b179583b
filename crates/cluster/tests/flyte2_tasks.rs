//! What of a program becomes a task of Flyte 2, and what is refused with the reason.

#![allow(
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use flyte_cluster::serialize::Serializer;
use flyte_config::settings::SerializationSettings;
use flyte_core::graph::entity::EntityDescriptor;
use flyte_idl::flyteidl2::{core::task_template::Target, task::TaskSpec};
use flyte_runtime::prelude::*;

/// Cached, tried again and limited.
#[task(cache(version = "3", salt = "s"), retries = 2, timeout = "1m")]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn fourth_power(x: i64) -> i64 {
    square(square(x))
}

#[workflow]
fn paused(x: i64) -> i64 {
    let squared = square(x);
    sleep("1s");
    squared
}

#[workflow]
fn approved(x: i64) -> i64 {
    square(approve(square(x), "review", "1d"))
}

#[launch_plan(schedule = "0 6 * * *")]
fn daily() -> i64 {
    fourth_power(x = 2)
}

#[launch_plan]
fn of_three() -> i64 {
    fourth_power(x = 3)
}

#[reference_task(project = "ml", domain = "production", name = "embed", version = "v1")]
fn embed(x: i64) -> i64;

#[workflow]
fn elsewhere(x: i64) -> i64 {
    square(embed(x))
}

fn written(entity: &'static EntityDescriptor, version: &str) -> Result<TaskSpec, String> {
    let settings =
        SerializationSettings::for_image("registry.example.com/app:v1", version).unwrap();
    let written = Serializer::new(&settings).flyte2_task(entity);
    written.map_err(|error| error.to_string())
}

#[test]
fn options_of_a_task_are_part_of_its_specification() {
    let spec = written(square::descriptor(), "v1").unwrap();
    let template = spec.task_template.unwrap();
    let metadata = template.metadata.unwrap();
    assert!(metadata.discoverable);
    assert_eq!(metadata.discovery_version, "3-s");
    assert_eq!(metadata.retries.unwrap().retries, 2);
    assert_eq!(metadata.timeout.unwrap().seconds, 60);
    let Some(Target::Container(container)) = template.target else {
        panic!("it has no container")
    };
    // Its program runs no others.
    assert!(
        container
            .env
            .iter()
            .all(|variable| variable.key != "_F_SS_C")
    );
}

#[test]
fn the_version_stands_for_the_code_of_what_is_not_cached() {
    let version = |registered: &str| {
        let spec = written(fourth_power::descriptor(), registered).unwrap();
        spec.task_template
            .unwrap()
            .metadata
            .unwrap()
            .discovery_version
    };
    assert_eq!(version("v1"), version("v1"));
    assert_ne!(version("v1"), version("v2"));
}

#[test]
fn workflows_that_sleep_and_launch_plans_without_a_schedule_are_tasks() {
    for entity in [paused::descriptor(), of_three::descriptor()] {
        let spec = written(entity, "v1").unwrap();
        let metadata = spec.task_template.unwrap().metadata.unwrap();
        // Its container may be taken away.
        assert_eq!(metadata.retries.unwrap().retries, 3);
    }
}

#[test]
fn what_the_container_could_not_do_is_refused_with_the_reason() {
    let cases = [
        (
            approved::descriptor(),
            "its gate `review` waits for an answer",
        ),
        (
            daily::descriptor(),
            "its schedule would have to be a trigger",
        ),
        (elsewhere::descriptor(), "is an entity of a cluster"),
    ];
    for (entity, reason) in cases {
        let error = written(entity, "v1").unwrap_err();
        assert!(error.contains(reason), "{error}");
        assert!(error.contains("flyte2_tasks.rs:"), "{error}");
    }
}

#[test]
fn versions_have_at_most_63_bytes() {
    assert!(written(square::descriptor(), &"v".repeat(63)).is_ok());
    let error = written(square::descriptor(), &"v".repeat(64)).unwrap_err();
    assert!(
        error.contains("its version has 64 bytes, and Flyte 2 takes 63"),
        "{error}"
    );
}
