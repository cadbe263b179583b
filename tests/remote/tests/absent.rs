//! Names that a cluster does not have, and places that it does not have: what is told instead of what the server says.

use flyte_remote::hypotenuse;
use flyte_runtime::{
    cli::Exit,
    cluster::{ClusterError, ExecuteOptions},
    history::History,
};

use crate::{
    commands::{say, say_here, say_with},
    plane, remote,
};

#[test]
fn each_command_names_the_execution_that_is_not_there_and_the_one_that_is_near() {
    let plane = plane();
    let address = plane.address();
    say(
        &plane,
        "run hypotenuse --b 4 --remote --image tests:v1 --run-name mine --wait",
    );
    let history = History::in_dir(plane.directory().join("home/history"));
    for command in [
        "show minee --remote",
        "watch minee --remote",
        "outputs minee --remote",
        "logs minee --remote",
        "logs minee --remote --follow",
        "deck minee --remote",
        "abort minee --remote",
        "archive minee --remote",
        "relaunch minee --remote",
        "recover minee --remote",
        "signal minee --remote",
        "signal minee copies 3 --remote",
        "approve minee review --remote",
        "pull minee",
    ] {
        let said = say_with(&history, &plane, &format!("runs {command}"));
        assert_eq!(said.exit, Exit::Failed, "{command}");
        assert_eq!(said.stdout, "", "{command}");
        assert_eq!(
            said.stderr,
            format!(
                "error: {address} (from the option --endpoint) has no execution `minee` in flytesnacks:development; \
                 did you mean `mine`? `runs list --remote` shows the last ones, and `--project` and `--domain`, or \
                 `Remote::within`, lead to another place\n"
            ),
            "{command}"
        );
    }
    // A run on this machine is another thing.
    let here = say_with(&history, &plane, "runs logs mine --remote");
    assert_eq!(here.exit, Exit::Success, "{}", here.stderr);
    for command in ["runs show mine", "runs logs mine", "runs deck mine"] {
        let here = say_here(&history, command);
        assert_eq!(here.exit, Exit::Usage, "{command}");
        assert!(
            here.stderr
                .ends_with(", and `--remote` is for those on a cluster\n"),
            "{}",
            here.stderr
        );
    }
    let json = say(&plane, "runs show minee --remote --json");
    assert!(
        json.stdout.contains(r#""kind":"absent""#),
        "{}",
        json.stdout
    );
    let far = say(&plane, "runs show something-else --remote").stderr;
    assert!(
        far.contains("in flytesnacks:development; `runs list"),
        "{far}"
    );
    // One that is not there because its place is not.
    let place = say(&plane, "runs show mine --remote --domain developmint").stderr;
    assert!(
        place.contains(
            "has no domain `developmint`; did you mean `development`? Give it with `--domain`"
        ),
        "{place}"
    );
    let error = remote(&plane).wait(&remote(&plane).execution("minee"));
    assert!(matches!(error, Err(ClusterError::NoExecution { .. })));
}

#[test]
fn a_version_that_is_not_there_is_told_with_those_that_are() {
    let plane = plane();
    for version in ["v1", "v2"] {
        let command = format!("register hypotenuse --image tests:v1 --version {version}");
        assert_eq!(say(&plane, &command).exit, Exit::Success);
    }
    let said = say(&plane, "run hypotenuse --b 4 --remote --version v9");
    assert_eq!(said.exit, Exit::Failed);
    assert_eq!(
        said.stderr,
        format!(
            "error: {} has no launch plan `flyte_remote.hypotenuse` in version v9 in flytesnacks:development; its \
             latest versions are v2, v1, and `register --version v9` of its program registers this one\n",
            plane.address()
        )
    );
    let task = say(&plane, "run square --x 4 --remote --version v9").stderr;
    assert!(
        task.contains("has no task `flyte_remote.square` in version v9"),
        "{task}"
    );
    let error = remote(&plane).fetch_launch_plan("flyte_remote.hypotenuze", "v1");
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains(
            "did you mean `flyte_remote.hypotenuse`? no version of it is registered there"
        ),
        "{error}"
    );
    // Nothing was started, so that the name is free.
    let execution = remote(&plane).execute(
        &hypotenuse::call(3, 4),
        "v9",
        &ExecuteOptions::new().name("mine"),
    );
    assert!(matches!(execution, Err(ClusterError::Absent(_))));
    assert_eq!(remote(&plane).executions(1).unwrap(), []);
}

#[test]
fn lists_refuse_a_place_that_is_not_there() {
    let plane = plane();
    let address = plane.address();
    for command in ["runs list --remote", "entities list", "plans list"] {
        let said = say(&plane, &format!("{command} --project flytesnack"));
        assert_eq!((said.exit, &*said.stdout), (Exit::Usage, ""), "{command}");
        assert_eq!(
            said.stderr,
            format!(
                "error: {address} (from the option --endpoint) has no project `flytesnack`; did you mean \
                 `flytesnacks`? Give it with `--project`, and `projects list` shows all\n"
            ),
            "{command}"
        );
        let said = say(&plane, &format!("{command} --domain test"));
        assert_eq!(said.exit, Exit::Usage, "{command}");
        assert!(
            said.stderr.contains(
                "has no domain `test`; give one of development, staging, production with `--domain`"
            ),
            "{}",
            said.stderr
        );
    }
}

#[test]
fn a_list_that_is_empty_says_so_to_people() {
    let plane = plane();
    let address = plane.address();
    for (command, nothing) in [
        ("runs list --remote", "there is no execution"),
        ("entities list", "nothing is registered"),
        ("entities list --kind lp", "no launch plan is registered"),
        ("plans list", "no launch plan is active"),
    ] {
        let said = say(&plane, command);
        assert_eq!((said.exit, &*said.stdout), (Exit::Success, ""), "{command}");
        assert_eq!(
            said.stderr,
            format!("{nothing} in flytesnacks:development of {address}\n"),
            "{command}"
        );
        let json = say(&plane, &format!("{command} --json"));
        assert_eq!((&*json.stdout, &*json.stderr), ("[]\n", ""), "{command}");
    }
}

#[test]
fn a_backfill_says_what_is_not_there() {
    let plane = plane();
    say(
        &plane,
        "register each_morning --image tests:v1 --version v1",
    );
    let window = "--from 2026-01-01 --to 2026-01-02";
    let unknown = say(&plane, &format!("backfill each_mourning {window}"));
    assert!(
        unknown
            .stderr
            .contains("did you mean `flyte_remote.each_morning`?"),
        "{}",
        unknown.stderr
    );
    let version = say(
        &plane,
        &format!("backfill each_morning {window} --version v8"),
    );
    assert!(
        version
            .stderr
            .contains(" in version v8 in flytesnacks:development; its latest versions are v1"),
        "{}",
        version.stderr
    );
}

/// Whoever may not list projects may still use one.
#[test]
fn a_server_that_lists_no_projects_is_asked_for_nothing_more() {
    use flyte_runtime::testing::cluster::Fault;
    let plane = plane();
    plane.order(
        "ListProjects",
        1,
        Fault::Refused(7, "not for you".to_owned()),
    );
    let said = say(&plane, "runs list --remote --project other");
    assert_eq!(said.exit, Exit::Success, "{}", said.stderr);
}
