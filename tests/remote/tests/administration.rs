//! What is registered on a cluster, and who of it is active: `entities`, `plans`, `projects` and `runs archive`.

use flyte_remote::{hypotenuse, square};
use flyte_runtime::{
    Entity, Registry,
    cli::Exit,
    cluster::Given,
    graph::{EntityDescriptor, EntityKind},
    testing::cluster::{ControlPlaneOptions, Fault},
};

use crate::{
    commands::{said, say},
    in_image, plane, plane_with, remote, started,
};

fn descriptor<E: Entity>() -> &'static EntityDescriptor {
    E::descriptor()
}

#[test]
fn entities_are_listed_by_kind_and_name() {
    let plane = plane();
    say(
        &plane,
        "register hypotenuse from_six --image tests:v1 --version v1",
    );
    let all = say(&plane, "entities list");
    assert_eq!(
        all.stdout,
        "task         flyte_remote.square\n\
         task         flyte_remote.sum_of\n\
         workflow     flyte_remote.hypotenuse\n\
         launch plan  flyte_remote.from_six\n\
         launch plan  flyte_remote.hypotenuse\n",
        "{}",
        all.stderr
    );
    let tasks = say(&plane, "entities list --kind task --json").json();
    assert_eq!(
        tasks,
        serde_json::json!([
            {"kind": "task", "name": "flyte_remote.square"},
            {"kind": "task", "name": "flyte_remote.sum_of"},
        ])
    );
    for (word, kind) in [
        ("tasks", "task"),
        ("Task", "task"),
        ("wf", "workflow"),
        ("workflows", "workflow"),
        ("launch-plan", "launch plan"),
        ("launch_plan", "launch plan"),
        ("LaunchPlan", "launch plan"),
        ("lp", "launch plan"),
        ("plan", "launch plan"),
    ] {
        let said = say(&plane, &format!("entities list --kind {word}")).stdout;
        let lines = all.stdout.lines().filter(|line| line.starts_with(kind));
        assert_eq!(
            said.lines().collect::<Vec<_>>().len(),
            lines.count(),
            "{word}"
        );
        assert!(
            said.lines().all(|line| line.starts_with(kind)),
            "{word}: {said}"
        );
    }
    let gate = say(&plane, "entities list --kind gate");
    assert_eq!(gate.exit, Exit::Usage);
    let elsewhere = say(&plane, "entities list --domain production");
    assert_eq!((elsewhere.exit, &*elsewhere.stdout), (Exit::Success, ""));
}

/// A page that is full has a token, whatever is behind it.
#[test]
fn lists_go_on_behind_a_full_page() {
    let plane = plane();
    let remote = remote(&plane);
    for version in 0..501 {
        let options = in_image("tests:v1").version(format!("v{version}"));
        let options = options.only(descriptor::<square>());
        remote.register(Registry::of_program(), &options).unwrap();
    }
    let versions = remote
        .versions("flyte_remote.square", None, usize::MAX)
        .unwrap();
    assert_eq!(versions.len(), 501);
    // The newest first, and not in the order of the names.
    assert_eq!(versions[0].version, "v500");
    assert_eq!(versions[500].version, "v0");
}

#[test]
fn versions_of_all_kinds_that_have_a_name_are_listed_the_newest_first() {
    let plane = plane();
    for version in ["v2", "v1"] {
        say(
            &plane,
            &format!("register hypotenuse --image tests:v1 --version {version}"),
        );
    }
    let text = say(&plane, "entities versions hypotenuse").stdout;
    let words: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let heads: Vec<_> = words
        .iter()
        .map(|words| words[..words.len() - 1].join(" "))
        .collect();
    assert_eq!(
        heads,
        [
            "workflow v1",
            "workflow v2",
            "launch plan v1",
            "launch plan v2"
        ]
    );
    let one = say(
        &plane,
        "entities versions hypotenuse --kind workflow --limit 1 --json",
    )
    .json();
    assert_eq!(
        (&one[0]["version"], one.as_array().unwrap().len()),
        (&"v1".into(), 1)
    );
    let none = say(&plane, "entities versions hypotenuze");
    assert_eq!(none.exit, Exit::Usage);
    assert!(
        none.stderr
            .contains("; did you mean `flyte_remote.hypotenuse`? `entities list` shows the names")
            && none.stderr.contains(
                "nothing of the name `hypotenuze` is registered in flytesnacks:development of "
            ),
        "{}",
        none.stderr
    );
}

#[test]
fn a_version_is_shown_with_its_interface() {
    let plane = plane();
    say(
        &plane,
        "register from_six each_morning --image tests:v1 --version v1",
    );
    say(&plane, "plans activate each_morning");
    let text = say(&plane, "entities show from_six").stdout;
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("launch plan flyte_remote.from_six v1"));
    for line in [
        "inputs:",
        "  a  integer  fixed 6",
        "  b  integer",
        "outputs:",
        "  o0  integer",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}: {text}");
    }
    let workflow = say(&plane, "entities show hypotenuse --json").json();
    assert_eq!(
        (&workflow["kind"], &workflow["nodes"]),
        (&"workflow".into(), &"3".into())
    );
    let plan = remote(&plane)
        .entity(
            "flyte_remote.hypotenuse",
            Some(EntityKind::LaunchPlan),
            Some("v1"),
        )
        .unwrap();
    let given: Vec<_> = plan
        .inputs
        .iter()
        .map(|input| (&*input.name, &input.given))
        .collect();
    assert_eq!(
        given,
        [("a", &Given::Default(3.into())), ("b", &Given::Nothing)]
    );
    let task = say(&plane, "entities show square --version v1 --json").json();
    assert_eq!(
        (&task["image"], &task["type"]),
        (&"tests:v1".into(), &"container".into())
    );
    let plan = say(&plane, "entities show each_morning --json").json();
    assert_eq!(plan["schedule"], "`0 6 * * *`");
    assert_eq!(
        (&plan["state"], &plan["kickoff_time_input"]),
        (&"active".into(), &"day".into())
    );
    let version = say(&plane, "entities show square --version v9");
    assert!(
        version.stderr.contains(
            "has no task `flyte_remote.square` in version v9 in flytesnacks:development; its latest versions are v1"
        ),
        "{}",
        version.stderr
    );
    let unknown = say(&plane, "entities show nothing --version v9");
    assert!(
        unknown.stderr.contains("nothing of the name"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn plans_are_activated_and_deactivated() {
    let plane = plane();
    say(
        &plane,
        "register each_morning each_hour --image tests:v1 --version v1",
    );
    say(&plane, "plans activate each_hour");
    let active = say(&plane, "plans list").stdout;
    assert!(
        active.starts_with("flyte_remote.each_hour  v1  active  every hour  ")
            && active.lines().count() == 1,
        "{active}"
    );
    say(
        &plane,
        "register each_morning --image tests:v2 --version v2",
    );
    assert_eq!(
        say(&plane, "plans activate each_morning --version v1").stdout,
        "flyte_remote.each_morning v1 is active, and starts at the times of `0 6 * * *`\n"
    );
    // The newest, and no other of the name.
    say(&plane, "plans activate each_morning");
    let versions = say(&plane, "plans list each_morning --json").json();
    let versions: Vec<_> = versions
        .as_array()
        .unwrap()
        .iter()
        .map(|plan| {
            (
                plan["version"].as_str().unwrap(),
                plan["active"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(versions, [("v2", true), ("v1", false)]);
    assert_eq!(
        say(&plane, "plans deactivate each_morning").stdout,
        "flyte_remote.each_morning v2 is no longer active\n"
    );
    assert_eq!(
        say(&plane, "plans deactivate each_morning").stdout,
        "no version of flyte_remote.each_morning was active\n"
    );
    let unknown = say(&plane, "plans deactivate each_mourning");
    assert_eq!(unknown.exit, Exit::Usage);
    assert!(
        unknown
            .stderr
            .contains("did you mean `flyte_remote.each_morning`?"),
        "{}",
        unknown.stderr
    );
    // That of another name is as it was.
    assert_eq!(remote(&plane).active_launch_plans().unwrap().len(), 1);
    let unknown = say(&plane, "plans activate square");
    assert_eq!(unknown.exit, Exit::Usage);
    assert!(
        unknown
            .stderr
            .contains("no launch plan `flyte_remote.square`"),
        "{}",
        unknown.stderr
    );
    let version = say(&plane, "plans activate each_hour --version v9");
    assert!(
        version.stderr.contains(
            "has no launch plan `flyte_remote.each_hour` in version v9 in flytesnacks:development; its latest versions \
             are v1"
        ),
        "{}",
        version.stderr
    );
    let unknown = say(&plane, "plans activate square --version v9");
    assert!(
        unknown
            .stderr
            .contains("no launch plan `flyte_remote.square`"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn projects_are_listed_with_their_domains() {
    let plane = plane_with(ControlPlaneOptions::default().project("ml"));
    plane.order("ListProjects", 1, Fault::Absent);
    assert_eq!(
        say(&plane, "projects list").stdout,
        "flytesnacks  development, staging, production\n\
         ml           development, staging, production\n"
    );
    let json = say(&plane, "projects list --json").json();
    assert_eq!(
        (&json[1]["id"], &json[1]["archived"]),
        (&"ml".into(), &false.into())
    );
    let refused = say(&plane, "register square --image tests:v1 --project nope");
    assert!(
        refused.stderr.contains("[project [nope] not found]"),
        "{}",
        refused.stderr
    );
    let taken = say(&plane, "register square --image tests:v1 --project ml");
    assert_eq!(taken.exit, Exit::Success, "{}", taken.stderr);
}

#[test]
fn lists_leave_out_what_is_archived() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &hypotenuse::call(3, 4));
    remote.wait(&execution).unwrap();
    let name = &execution.name;
    let said = say(&plane, &format!("runs archive {name} --remote"));
    assert_eq!(
        said.stdout,
        format!("{name} is archived\n"),
        "{}",
        said.stderr
    );
    assert_eq!(remote.executions(10).unwrap(), []);
    let shown = say(&plane, &format!("runs show {name} --remote --json")).json();
    assert_eq!(shown["status"], "succeeded");
    let unknown = say(&plane, "runs archive nobody --remote --json");
    assert_eq!(unknown.exit, Exit::Failed);
    assert!(
        unknown.stdout.contains("has no execution `nobody`"),
        "{}",
        unknown.stdout
    );
}

/// Names are those of the program; what can be a launch plan alone is offered where one is wanted.
#[test]
fn shells_and_the_manual_know_the_commands() {
    let complete = |line: &str| {
        let words = ["app", "completions", "bash", "--line", line];
        let text = said(words.into_iter()).stdout;
        text.lines()
            .map(|line| line.trim_end().to_owned())
            .collect::<Vec<_>>()
    };
    let plans = complete("app plans activate from");
    assert!(plans.iter().any(|name| name == "from_six"), "{plans:?}");
    assert!(
        complete("app backfill sq")
            .iter()
            .all(|name| name != "square")
    );
    let tasks = complete("app entities show sq");
    assert!(tasks.iter().any(|name| name == "square"), "{tasks:?}");
    let kinds = complete("app entities list --kind ");
    assert_eq!(kinds, ["task", "workflow", "launch_plan"]);
    let page = said(["app", "man"].into_iter()).stdout;
    for command in [
        "doctor",
        "entities show",
        "plans activate",
        "backfill",
        "projects list",
        "runs archive",
    ] {
        assert!(page.contains(&format!(".SS \"app {command} ")), "{command}");
    }
}
