//! What an earlier version of a program has left on a cluster: the program `earlier-program` is that version, and this
//! one the later.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::process::Command;

use flyte_runtime::{
    Registry,
    cli::{Cli, Exit},
    prelude::*,
    testing::cluster::ControlPlane,
};

#[task(name = "app.square")]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow(name = "app.flow")]
fn flow(x: i64) -> i64 {
    square(x)
}

/// The earlier version has a schedule for it.
#[launch_plan(name = "app.nightly")]
fn nightly() -> i64 {
    flow(x = 7)
}

/// What the later version says.
fn say(plane: &ControlPlane, command: &str) -> (Exit, String, String) {
    let address = plane.address().to_string();
    let words = ["app"].into_iter().chain(command.split_whitespace());
    let words = words.chain(["--endpoint", &address, "--insecure"]);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = Cli::new(Registry::of_program()).run(words, &mut stdout, &mut stderr);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (exit, text(stdout), text(stderr))
}

/// What the earlier version says on standard error.
fn say_before(plane: &ControlPlane, command: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_earlier-program"))
        .args(command.split_whitespace())
        .args([
            "--program",
            "app",
            "--endpoint",
            &plane.address().to_string(),
            "--insecure",
        ])
        .env("HOME", plane.directory())
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    stderr
}

/// A cluster on which the earlier version is registered.
fn plane() -> ControlPlane {
    let plane = ControlPlane::start(Registry::of_program()).unwrap();
    say_before(&plane, "register --image tests:v1 --version v1");
    plane
}

fn active(plane: &ControlPlane) -> Vec<String> {
    let (_, list, _) = say(plane, "plans list");
    let names = list
        .lines()
        .map(|line| line.split(' ').next().unwrap().to_owned());
    names.collect()
}

#[test]
fn a_run_tells_of_a_schedule_that_the_code_no_longer_has() {
    let plane = plane();
    let (exit, stdout, stderr) = say(&plane, "run nightly --remote --image tests:v1 --wait");
    assert_eq!((exit, &*stdout), (Exit::Success, "49\n"), "{stderr}");
    assert!(
        stderr.contains(
            "note: version v1 of app.nightly is active and starts at the times of `0 2 * * *`, which the code no \
             longer has; `plans deactivate app.nightly` ends it\n"
        ),
        "{stderr}"
    );
    say(&plane, "plans deactivate app.nightly");
    let (_, _, stderr) = say(&plane, "run nightly --remote --image tests:v1 --wait");
    assert!(!stderr.contains("note:"), "{stderr}");
    // The same schedule in another version is none that the code does not have.
    let stderr = say_before(&plane, "run hourly --remote --image tests:v2");
    assert!(!stderr.contains("note:"), "{stderr}");
}

#[test]
fn plans_that_the_program_no_longer_has_are_deactivated() {
    let plane = plane();
    let all = ["app.hourly", "app.nightly", "library.weekly"];
    assert_eq!(active(&plane), all);
    let register = "register --image tests:v1 --program app --version v2 --prune-schedules";
    // Nobody can be asked, and nothing is sent.
    let (exit, _, stderr) = say(&plane, register);
    assert_eq!(exit, Exit::Usage);
    assert!(
        stderr.contains("give `--yes` to do it without asking"),
        "{stderr}"
    );
    let (_, versions, _) = say(&plane, "plans list app.nightly");
    assert_eq!(versions.lines().count(), 1, "{versions}");
    let (_, stdout, stderr) = say(&plane, &format!("{register} --dry-run"));
    assert!(
        stdout.contains("to be deactivated  app.hourly v1\n"),
        "{stdout}{stderr}"
    );
    assert_eq!(active(&plane), all);
    // Another program has its own.
    let (_, stdout, _) = say(
        &plane,
        "register --image tests:v1 --version v3 --prune-schedules --yes --program another",
    );
    assert!(!stdout.contains("deactivated"), "{stdout}");
    assert_eq!(active(&plane), all);
    let (exit, stdout, stderr) = say(&plane, &format!("{register} --yes"));
    assert_eq!(exit, Exit::Success, "{stderr}");
    assert!(stdout.contains("deactivated  app.hourly v1\n"), "{stdout}");
    assert_eq!(active(&plane), ["app.nightly", "library.weekly"]);
    let (_, json, _) = say(&plane, &format!("{register} --yes --json"));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json["pruned"],
        serde_json::json!({"plans": [], "deactivated": false})
    );
}
