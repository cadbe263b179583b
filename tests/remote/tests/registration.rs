//! What is registered, in which order, and what is told of it.

use std::time::Duration;

use flyte_remote::{hypotenuse, many_squares, square, squares};
use flyte_runtime::{
    Registry,
    cluster::{ClusterError, Outcome},
    prelude::*,
    testing::cluster::Fault,
};

use crate::{in_image, plane, remote};

/// The codes of gRPC.
const INVALID_ARGUMENT: i32 = 3;
const INTERNAL: i32 = 13;

fn creations(plane: &flyte_runtime::testing::cluster::ControlPlane) -> usize {
    let methods = ["CreateTask", "CreateWorkflow", "CreateLaunchPlan"];
    methods.iter().map(|method| plane.calls(method)).sum()
}

#[test]
fn the_same_program_twice_sends_nothing() {
    let plane = plane();
    let remote = remote(&plane);
    let options = in_image("tests:v1");
    let first = remote.register(Registry::of_program(), &options).unwrap();
    assert!(first.sent() > 30 && first.bytes > 1000, "{first:?}");
    assert_eq!(first.sent(), first.entities.len());
    let sent = creations(&plane);
    let second = remote.register(Registry::of_program(), &options).unwrap();
    assert_eq!((second.sent(), second.bytes), (0, 0));
    assert_eq!(second.version, first.version);
    assert_eq!(creations(&plane), sent);
}

/// The server refuses what comes before what it needs; the first answers are late, so that order by chance is not
/// enough.
#[test]
fn each_comes_after_what_it_needs() {
    let plane = plane();
    plane.order("CreateTask", 12, Fault::Slow(Duration::from_millis(50)));
    plane.order("CreateWorkflow", 6, Fault::Slow(Duration::from_millis(50)));
    let registration = remote(&plane).register(Registry::of_program(), &in_image("tests:v1"));
    registration.unwrap();
}

#[test]
fn an_interrupted_registration_goes_on_where_it_ended() {
    let plane = plane();
    let remote = remote(&plane);
    let options = in_image("tests:v1");
    plane.order(
        "CreateWorkflow",
        1,
        Fault::Refused(INTERNAL, "out of order".to_owned()),
    );
    let error = remote
        .register(Registry::of_program(), &options)
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("refuses CreateWorkflow: out of order [Internal]"),
        "{text}"
    );
    let second = remote.register(Registry::of_program(), &options).unwrap();
    assert!(
        second.sent() > 0 && second.sent() < second.entities.len(),
        "{second:?}"
    );
    let third = remote.register(Registry::of_program(), &options).unwrap();
    assert_eq!(third.sent(), 0);
}

/// Whatever the message is: also that of a lost race, and after an answer that was lost.
#[test]
fn what_exists_already_is_registered() {
    let plane = plane();
    let remote = remote(&plane);
    let options = in_image("tests:v1").version("v1");
    plane.order("CreateTask", 1, Fault::LostAnswer);
    let race =
        "value with matching already exists (duplicate key value violates unique constraint)";
    plane.order("CreateTask", 1, Fault::Refused(6, race.to_owned()));
    let first = remote.register(
        Registry::of_program(),
        &options.clone().only(descriptor::<square>()),
    );
    let first = first.unwrap();
    assert_eq!(first.entities[0].outcome, Outcome::Present);
    remote.register(Registry::of_program(), &options).unwrap();
    let sent = creations(&plane);
    let again = remote.register(Registry::of_program(), &options).unwrap();
    // A version that was given is compared by the server.
    assert_eq!(again.sent(), 0);
    assert_eq!(creations(&plane), 2 * sent - 2);
}

fn descriptor<E: Entity>() -> &'static flyte_runtime::graph::EntityDescriptor {
    E::descriptor()
}

#[test]
fn a_conflict_shows_what_differs_and_where() {
    let plane = plane();
    let remote = remote(&plane);
    let options = |image| {
        in_image(image)
            .version("v1")
            .only(descriptor::<hypotenuse>())
    };
    remote
        .register(Registry::of_program(), &options("tests:v1"))
        .unwrap();
    for is_dry in [true, false] {
        let options = options("tests:v2").dry_run(is_dry);
        let error = remote
            .register(Registry::of_program(), &options)
            .unwrap_err();
        let ClusterError::Conflict(conflicts) = &error else {
            panic!("{error}");
        };
        let names: Vec<_> = conflicts
            .iter()
            .map(|conflict| conflict.name.as_str())
            .collect();
        assert_eq!(names, ["flyte_remote.square", "flyte_remote.sum_of"]);
        assert!(
            conflicts[0]
                .location
                .as_ref()
                .unwrap()
                .contains("src/lib.rs:")
        );
        let [difference] = &conflicts[0].differences[..] else {
            panic!("{error}");
        };
        assert_eq!(difference.path, "target.image");
        assert_eq!(difference.registered.as_deref(), Some("\"tests:v1\""));
        assert_eq!(difference.own.as_deref(), Some("\"tests:v2\""));
        assert!(
            error
                .to_string()
                .contains("    - \"tests:v1\"\n    + \"tests:v2\""),
            "{error}"
        );
    }
}

#[test]
fn a_dry_run_sends_nothing() {
    let plane = plane();
    let options = in_image("tests:v1").dry_run(true);
    let registration = remote(&plane)
        .register(Registry::of_program(), &options)
        .unwrap();
    assert_eq!(registration.sent(), registration.entities.len());
    assert_eq!((registration.bytes, creations(&plane)), (0, 0));
    assert_eq!(registration.activated, ["flyte_remote.from_six"]);
    assert_eq!(plane.calls("UpdateLaunchPlan"), 0);
}

#[test]
fn launch_plans_are_activated_once() {
    let plane = plane();
    let remote = remote(&plane);
    let options = in_image("tests:v1");
    let first = remote.register(Registry::of_program(), &options).unwrap();
    assert_eq!(first.activated, ["flyte_remote.from_six"]);
    let all = remote
        .register(Registry::of_program(), &options.clone().activate(true))
        .unwrap();
    assert!(
        all.activated.len() > 5 && !all.activated.contains(&"flyte_remote.from_six".to_owned())
    );
    let again = remote
        .register(Registry::of_program(), &options.activate(true))
        .unwrap();
    assert!(again.activated.is_empty());
}

#[test]
fn a_part_has_the_version_of_the_whole() {
    let plane = plane();
    let remote = remote(&plane);
    let options = in_image("tests:v1");
    let part = options.clone().only(descriptor::<squares>());
    let part = remote.register(Registry::of_program(), &part).unwrap();
    let names: Vec<_> = part
        .entities
        .iter()
        .map(|entity| (entity.kind, &*entity.name))
        .collect();
    assert_eq!(
        names.len(),
        4 + usize::from(names.contains(&("task", "flyte_remote.square"))),
        "{names:?}"
    );
    let all = remote.register(Registry::of_program(), &options).unwrap();
    assert_eq!(all.version, part.version);
    assert_eq!(all.sent(), all.entities.len() - part.entities.len());
}

/// What it calls is known when it runs.
#[test]
fn a_dynamic_task_is_registered_with_everything() {
    let plane = plane();
    let remote = remote(&plane);
    let options = in_image("tests:v1").dry_run(true);
    let all = remote.register(Registry::of_program(), &options).unwrap();
    let one = options.only(descriptor::<many_squares>());
    let one = remote.register(Registry::of_program(), &one).unwrap();
    assert_eq!(one.entities, all.entities);
}

/// They come in headers, twice: with the usual limit the connection breaks, and nobody knows why.
#[test]
fn long_errors_arrive_whole() {
    let plane = plane();
    let message = "äöü, 10 letters".repeat(1800);
    plane.order(
        "CreateTask",
        40,
        Fault::Refused(INVALID_ARGUMENT, message.clone()),
    );
    let error = remote(&plane).register(Registry::of_program(), &in_image("tests:v1"));
    let text = error.unwrap_err().to_string();
    assert!(
        text.contains(&message),
        "{} letters of {}",
        text.len(),
        message.len()
    );
}
