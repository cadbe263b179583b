//! References of a program against what a cluster has. A program of its own: others could not register them.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use flyte_runtime::{
    Registry,
    cli::{Cli, Exit},
    cluster::{
        BlockingRemote, Check, ClusterError, ExecuteOptions, ReferenceCheck, ReferenceDifference,
        RegisterOptions, Rule,
    },
    compat::settings::ImageConfig,
    graph::EntityDescriptor,
    prelude::*,
    testing::cluster::{ControlPlane, ControlPlaneOptions, Fault},
};
use serde_json::Value as Json;

/// What another team has.
mod theirs {
    use super::*;

    #[task(name = "measure.length")]
    pub(crate) fn length(text: String, unit: Option<String>) -> i64 {
        match unit {
            Some(unit) => (text.len() / unit.len().max(1)) as i64,
            None => text.len() as i64,
        }
    }

    #[task(name = "measure.both")]
    pub(crate) fn both(text: String) -> (i64, String) {
        (text.len() as i64, text)
    }

    #[workflow(name = "measure.all")]
    pub(crate) fn all(text: String, #[default(2)] times: i64) -> i64 {
        multiplied(length(text = text, unit = None), times)
    }

    #[task]
    pub(crate) fn multiplied(x: i64, y: i64) -> i64 {
        x * y
    }

    #[launch_plan(name = "measure.twice")]
    pub(crate) fn twice(text: String) -> i64 {
        all(text = text, times = 2)
    }
}

/// References that fit.
mod fitting {
    use super::*;

    #[reference_task(
        project = "text",
        domain = "production",
        name = "measure.length",
        version = "v1"
    )]
    pub(crate) fn length(text: String) -> i64 {
        text.len() as i64
    }

    #[reference_task(
        project = "text",
        domain = "production",
        name = "measure.both",
        version = "v1"
    )]
    pub(crate) fn first_of_both(text: String) -> i64;

    #[reference_workflow(
        project = "text",
        domain = "production",
        name = "measure.all",
        version = "v1"
    )]
    pub(crate) fn all(text: String) -> i64;

    #[reference_launch_plan(
        project = "text",
        domain = "production",
        name = "measure.twice",
        version = "v1"
    )]
    pub(crate) fn twice(text: String) -> i64;
}

/// References that do not.
mod misfitting {
    use super::*;

    #[reference_task(
        project = "text",
        domain = "production",
        name = "measure.length",
        version = "v9"
    )]
    pub(crate) fn other_version(text: String) -> i64;

    #[reference_task(
        project = "text",
        domain = "production",
        name = "measure.width",
        version = "v1"
    )]
    pub(crate) fn other_name(text: String) -> i64;

    #[reference_task(
        project = "text",
        domain = "production",
        name = "measure.length",
        version = "v1"
    )]
    pub(crate) fn other_types(text: i64, size: i64) -> (Vec<i64>, String);

    #[reference_task(
        project = "text",
        domain = "production",
        name = "measure.both",
        version = "v1"
    )]
    pub(crate) fn no_inputs() -> i64;

    #[reference_launch_plan(
        project = "text",
        domain = "production",
        name = "measure.twice",
        version = "v1"
    )]
    pub(crate) fn fixed(text: String, times: i64) -> i64;

    #[reference_workflow(
        project = "text",
        domain = "production",
        name = "measure.all",
        version = "alone"
    )]
    pub(crate) fn without_plan(text: String) -> i64;
}

#[task]
fn text_of(number: i64) -> String {
    number.to_string()
}

/// Uses what fits.
#[workflow]
fn measures(text: String) -> i64 {
    fitting::length(text)
}

/// Uses what does not.
#[workflow]
fn mismeasures(text: String) -> i64 {
    misfitting::other_version(text)
}

/// In a dynamic task nobody knows before it runs what it calls.
#[dynamic]
fn unknown(text: String) -> i64 {
    fitting::length(text = text)
}

fn theirs() -> Registry {
    let builder = Registry::builder()
        .with::<theirs::length>()
        .with::<theirs::both>()
        .with::<theirs::multiplied>();
    builder
        .with::<theirs::all>()
        .with::<theirs::twice>()
        .build()
        .unwrap()
}

fn in_image() -> RegisterOptions {
    let images = ImageConfig::validate_image("--image", &["tests:v1"]).unwrap();
    RegisterOptions::new(images).check(Check::new().allow(Rule::NoBackoff))
}

/// A control plane that has what the other team has, and a client for this one's project.
fn plane() -> (ControlPlane, BlockingRemote) {
    let options = ControlPlaneOptions::default().project("text");
    let plane = ControlPlane::start_with(&theirs(), options).unwrap();
    let remote = BlockingRemote::connect_in(&plane.config(), &plane.environment()).unwrap();
    let there = remote.within("text", "production");
    there
        .register(&theirs(), &in_image().version("v1"))
        .unwrap();
    (plane, remote)
}

fn check(remote: &BlockingRemote, reference: &'static EntityDescriptor) -> ReferenceCheck {
    let registry = Registry::builder()
        .with_descriptor(reference)
        .build()
        .unwrap();
    let mut checks = remote.check_references(&registry, &[]).unwrap();
    assert_eq!(checks.len(), 1);
    checks.remove(0)
}

/// Inputs with a default, and outputs, may be left out of a signature.
#[test]
fn references_fit_that_give_what_is_required() {
    let (_plane, remote) = plane();
    let told = |reference| {
        let check = check(&remote, reference);
        assert!(check.fits(), "{check}");
        check
            .differences
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told(fitting::length::descriptor()),
        [
            "input `unit`: not in the signature, so calls use its default; its type is string or nothing"
        ]
    );
    assert_eq!(
        told(fitting::first_of_both::descriptor()),
        ["output `o1`: not in the signature; its type is string"]
    );
    assert_eq!(
        told(fitting::all::descriptor()),
        ["input `times`: not in the signature, so calls use its default; its type is integer"]
    );
    assert!(told(fitting::twice::descriptor()).is_empty());
}

#[test]
fn each_difference_is_told_in_words() {
    let (plane, remote) = plane();
    let told = |reference: &'static EntityDescriptor| {
        let check = check(&remote, reference);
        assert!(!check.fits(), "{check}");
        assert!(
            check
                .location
                .starts_with("tests/remote/tests/references.rs:")
                || check.location.starts_with("tests/references.rs:"),
            "{}",
            check.location
        );
        let wrong = check.differences.iter().filter(|one| one.is_error());
        wrong.map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        told(misfitting::other_version::descriptor()),
        ["this version is not registered; the latest are v1"]
    );
    assert_eq!(
        told(misfitting::other_name::descriptor()),
        ["it is not registered, in no version"]
    );
    assert_eq!(
        told(misfitting::other_types::descriptor()),
        [
            "input `text`: the signature gives integer, and string is expected",
            "input `size`: not there; the inputs are `text`, `unit`",
            "output `o0`: the signature has list of integer, and it is integer",
            "output `o1`: not there; the outputs are `o0`",
        ]
    );
    assert_eq!(
        told(misfitting::no_inputs::descriptor()),
        ["input `text`: missing in the signature; its type is string"]
    );
    assert_eq!(
        told(misfitting::fixed::descriptor()),
        ["input `times`: fixed by the launch plan; leave it out of the signature"]
    );
    // A workflow whose launch plan was never registered.
    plane.order(
        "CreateLaunchPlan",
        1,
        Fault::Refused(3, "no plan for it".to_owned()),
    );
    let there = remote.within("text", "production");
    let part = Registry::builder().with::<theirs::all>().build().unwrap();
    let refused = there
        .register(&part, &in_image().version("alone"))
        .unwrap_err();
    assert!(refused.to_string().contains("no plan for it"), "{refused}");
    let alone = check(&remote, misfitting::without_plan::descriptor());
    assert_eq!(alone.differences, [ReferenceDifference::NoLaunchPlan]);
}

/// The server would say `missing entity of type TASK` and no more.
#[test]
fn what_uses_a_misfit_is_refused_before_anything_is_sent() {
    let (plane, remote) = plane();
    let calls = plane.calls("CreateWorkflow");
    let registry = Registry::builder().with::<mismeasures>().build().unwrap();
    for options in [in_image(), in_image().dry_run(true)] {
        let error = remote.register(&registry, &options).unwrap_err();
        let ClusterError::References(misfits) = &error else {
            panic!("{error}");
        };
        assert_eq!(misfits.len(), 1);
        let text = error.to_string();
        for part in [
            "does not fit the task `text:production:measure.length:v9`",
            "references.rs:",
            "this version is not registered; the latest are v1",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }
    assert_eq!(plane.calls("CreateWorkflow"), calls);
    // A reference that nothing uses is not in the way.
    let builder = Registry::builder().with::<measures>();
    let registry = builder.with::<misfitting::other_name>().build().unwrap();
    let registration = remote.register(&registry, &in_image()).unwrap();
    assert_eq!(registration.sent(), 2);
    // What is there already was accepted with its references.
    let lookups = plane.calls("GetTask");
    assert_eq!(remote.register(&registry, &in_image()).unwrap().sent(), 0);
    assert_eq!(plane.calls("GetTask"), lookups);
    let unused = ExecuteOptions::new();
    let call = measures::call("abc".to_owned());
    assert!(
        remote
            .execute(&call, &registration.version, &unused)
            .is_ok()
    );
}

/// Those of one entity, or all where a dynamic task may call any.
#[test]
fn only_what_an_entity_reaches_is_looked_up() {
    let (plane, remote) = plane();
    let registry = Registry::of_program();
    let names = |only: &[&'static EntityDescriptor]| {
        let checks = remote.check_references(registry, only).unwrap();
        checks.into_iter().map(|check| check.id).collect::<Vec<_>>()
    };
    assert_eq!(
        names(&[measures::descriptor()]),
        ["text:production:measure.length:v1"]
    );
    assert!(names(&[text_of::descriptor()]).is_empty());
    assert_eq!(names(&[unknown::descriptor()]), names(&[]));
    assert_eq!(names(&[]).len(), registry.references().count());
    // A cluster that does not answer is asked again, and one that never does is an error.
    plane.order("GetTask", 1, Fault::LostAnswer);
    assert_eq!(names(&[measures::descriptor()]).len(), 1);
    plane.leave();
    let error = remote.check_references(registry, &[]).unwrap_err();
    assert!(matches!(error, ClusterError::Unreachable { .. }), "{error}");
}

fn say(plane: &ControlPlane, command: &str) -> (Exit, String, String) {
    let address = plane.address().to_string();
    let words = ["app"].into_iter().chain(command.split_whitespace());
    let words = words.chain(["--endpoint", &address, "--insecure"]);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = Cli::new(Registry::of_program()).run(words, &mut stdout, &mut stderr);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (exit, text(stdout), text(stderr))
}

#[test]
fn the_command_tells_what_fits_and_what_does_not() {
    let (plane, _remote) = plane();
    let (exit, stdout, stderr) = say(&plane, "check-references twice");
    assert_eq!(exit, Exit::Usage, "{stderr}");
    let (exit, stdout_of_one, stderr) = say(&plane, "check-references references.fitting.twice");
    assert_eq!((exit, &*stderr), (Exit::Success, ""), "{stdout}");
    assert_eq!(
        stdout_of_one,
        "ok: `references.fitting.twice` fits the launch plan `text:production:measure.twice:v1`\n\
         1 of 1 reference fits\n"
    );
    let (exit, stdout, _) = say(&plane, "check-references mismeasures");
    assert_eq!(exit, Exit::Failed);
    assert!(
        stdout.starts_with(
            "error: the reference `references.misfitting.other_version` does not fit the task \
             `text:production:measure.length:v9`\n  --> "
        ),
        "{stdout}"
    );
    assert!(stdout.ends_with("\n0 of 1 reference fits\n"), "{stdout}");
    let (exit, stdout, _) = say(&plane, "check-references --json");
    assert_eq!(exit, Exit::Failed);
    let json: Json = serde_json::from_str(&stdout).unwrap();
    assert_eq!(
        (&json["fit"], &json["differ"]),
        (&4.into(), &6.into()),
        "{json}"
    );
    let (exit, stdout, _) = say(&plane, "check-references text_of");
    assert_eq!(
        (exit, &*stdout),
        (Exit::Success, "there are no references\n")
    );
    let (exit, _, stderr) = say(&plane, "run mismeasures --text a --remote --image tests:v1");
    assert_eq!(exit, Exit::Failed);
    assert!(
        stderr.contains("error: the reference `references.misfitting.other_version`"),
        "{stderr}"
    );
}
