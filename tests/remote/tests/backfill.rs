//! Backfills: which times they have, what they start, and that they start nothing twice.

use std::time::{Duration, SystemTime};

use flyte_runtime::{
    Registry,
    cli::Exit,
    cluster::{BackfillOptions, BlockingRemote},
    testing::cluster::{ControlPlane, Fault},
};

use crate::{commands::say, in_image, plane, remote};

fn registered() -> (ControlPlane, BlockingRemote) {
    let plane = plane();
    let remote = remote(&plane);
    let options = in_image("tests:v1").version("v1").activate(true);
    remote.register(Registry::of_program(), &options).unwrap();
    (plane, remote)
}

fn at(text: &str) -> SystemTime {
    text.parse::<jiff::Timestamp>().unwrap().into()
}

#[test]
fn each_time_of_a_window_is_an_execution_with_the_time_as_its_input() {
    let (plane, remote) = registered();
    let said = say(
        &plane,
        "backfill each_morning --from 2026-01-30 --to 2026-02-02",
    );
    assert_eq!(said.exit, Exit::Success, "{}", said.stderr);
    let lines: Vec<_> = said.stdout.lines().collect();
    assert!(
        lines[0].starts_with("2026-01-30T06:00:00.000000Z  started  f"),
        "{}",
        said.stdout
    );
    assert_eq!(lines[3], "3 of 3 executions started");
    let name = lines[2].split_whitespace().last().unwrap();
    let execution = remote.execution(name);
    remote.wait(&execution).unwrap();
    let outputs = say(&plane, &format!("runs outputs {name} --remote --json")).json();
    assert_eq!(outputs, serde_json::json!({"o0": "2026-02-01", "o1": 9}));
    assert!(plane.spec(name).unwrap().contains("scheduled_at: Some("));
}

#[test]
fn a_second_backfill_starts_nothing_twice() {
    let (plane, _) = registered();
    let window = "backfill each_morning --from 2026-01-30 --to 2026-02-02";
    let dry = say(&plane, &format!("{window} --dry-run --json")).json();
    assert_eq!(plane.calls("CreateExecution"), 0);
    let first = say(&plane, &format!("{window} --json")).json();
    let names = |json: &serde_json::Value| {
        let all = json["executions"].as_array().unwrap().iter();
        all.map(|one| one["execution"].to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&dry), names(&first));
    // A longer one starts the rest.
    let longer = say(
        &plane,
        "backfill each_morning --from 2026-01-29 --to 2026-02-02",
    );
    assert!(
        longer.stdout.ends_with("1 of 4 executions started\n"),
        "{}",
        longer.stdout
    );
    assert_eq!(longer.stdout.matches("there already").count(), 3);
    assert_eq!(plane.calls("CreateExecution"), 4);
}

/// The server has started it, and the answer has not arrived.
#[test]
fn an_answer_that_is_lost_starts_nothing_twice() {
    let (plane, remote) = registered();
    plane.order("CreateExecution", 1, Fault::LostAnswer);
    let day = BackfillOptions::new(at("2026-01-30T00:00:00Z"), at("2026-01-31T00:00:00Z"));
    let runs = remote.backfill("flyte_remote.each_morning", &day).unwrap();
    assert_eq!((runs.len(), runs[0].is_new), (1, true));
    assert_eq!(remote.executions(10).unwrap().len(), 1);
}

#[test]
fn a_backfill_that_waits_tells_how_all_have_ended() {
    let (plane, remote) = registered();
    let window = BackfillOptions::new(at("2026-01-31T22:30:00Z"), at("2026-02-01T01:30:00Z"));
    let runs = remote
        .backfill("flyte_remote.each_hour", &window.clone().parallel(1))
        .unwrap();
    let hours: Vec<_> = runs
        .iter()
        .map(|run| {
            run.scheduled
                .duration_since(at("2026-01-31T22:30:00Z"))
                .unwrap()
        })
        .collect();
    assert_eq!(
        hours,
        [0, 1, 2].map(|hours| Duration::from_secs(hours * 3600))
    );
    let failed: Vec<_> = runs.iter().map(|run| run.failure.is_some()).collect();
    assert_eq!(failed, [false, false, true]);
    // One after the other: none began before the one in front had ended.
    let executions = remote.executions(10).unwrap();
    let spans: Vec<_> = executions
        .iter()
        .rev()
        .map(|one| (one.created.unwrap(), one.took.unwrap_or_default()))
        .collect();
    assert!(
        spans
            .windows(2)
            .all(|pair| pair[0].0 + pair[0].1 <= pair[1].0),
        "{spans:?}"
    );
    let said = say(
        &plane,
        "backfill each_hour --from 2026-01-31T22:30:00Z --to 2026-02-01T01:30:00Z --parallel 2",
    );
    assert_eq!(said.exit, Exit::Failed);
    assert!(said.stdout.contains("is in February"), "{}", said.stdout);
    assert!(
        said.stdout.ends_with("0 of 3 executions started\n"),
        "{}",
        said.stdout
    );
}

#[test]
fn what_cannot_be_filled_is_refused_with_what_to_do() {
    let (plane, _) = registered();
    let refused = |command: &str| {
        let said = say(&plane, command);
        assert_eq!(said.exit, Exit::Usage, "{}", said.stderr);
        said.stderr
    };
    let error = refused("backfill from_six --from 2026-01-30 --to 2026-02-02");
    assert!(
        error.contains("`flyte_remote.from_six` has no schedule in version v1"),
        "{error}"
    );
    let error = refused("backfill each_morning --from 2026-02-02 --to 2026-02-02");
    assert!(error.contains("has no time in it"), "{error}");
    let error = refused("backfill each_morning --from yesterday --to 2026-02-02");
    assert!(error.contains("not a day such as `2026-01-31`"), "{error}");
    let error = refused("backfill each_hour --from 2020-01-01 --to 2026-01-01");
    assert!(error.contains("more than 10000 times"), "{error}");
    say(&plane, "plans deactivate each_morning");
    let error = refused("backfill each_morning --from 2026-01-30 --to 2026-02-02");
    assert!(
        error.contains("`plans activate flyte_remote.each_morning`"),
        "{error}"
    );
    let given = say(
        &plane,
        "backfill each_morning --from 2026-01-30 --to 2026-02-02 --version v1",
    );
    assert_eq!(given.exit, Exit::Success, "{}", given.stderr);
}
