//! What a container writes when something goes wrong: `test_python_entrypoint.py::test_dispatch_execute_*`.

use std::{
    io::{BufRead, BufReader, Read},
    process::Command,
};

use flyte_idl::flyteidl::core::{container_error::Kind, execution_error::ErrorKind};
use flyte_runtime::types::Literal;

use super::{Container, Ended, error_in, files_in, flyte_2, ready, user, verdict};

fn failing(task: &str, how: &str) -> Ended {
    Container::new(&[("how", Literal::string(how))]).task(task)
}

/// Where Flyte 1 stops unless told otherwise: here `retries` means the same as on this machine.
#[test]
fn the_kind_of_an_error_follows_the_rule_of_retries() {
    use Kind::{NonRecoverable, Recoverable};
    for (task, how, expected) in [
        ("t.fails", "plain", user("USER:RuntimeError", Recoverable)),
        ("t.fails", "panic", user("USER:RuntimeError", Recoverable)),
        (
            "t.fails",
            "fatal",
            user("USER:RuntimeError", NonRecoverable),
        ),
        (
            "t.fails",
            "recoverable",
            user("USER:Recoverable", Recoverable),
        ),
        (
            "t.picky",
            "plain",
            user("USER:RuntimeError", NonRecoverable),
        ),
        (
            "t.picky",
            "panic",
            user("USER:RuntimeError", NonRecoverable),
        ),
        (
            "t.picky",
            "recoverable",
            user("USER:Recoverable", Recoverable),
        ),
    ] {
        assert_eq!(verdict(&failing(task, how)), expected, "{task} {how}");
    }
}

/// The cluster makes the next attempt, not the container; so it is told of one.
#[test]
fn the_message_says_what_happened_and_where() {
    let message = failing("t.fails", "panic").error().message;
    assert!(
        message.starts_with("task `t.fails` failed: panicked at "),
        "{message}"
    );
    assert!(
        message.contains("tasks.rs:") && message.contains("how = \"panic\""),
        "{message}"
    );
    // Once: the engine puts it into messages of its own.
    assert_eq!(message.matches(": lost it").count(), 1, "{message}");
}

/// An hour is over before the test is if nobody ends it.
const HOUR: i64 = 3_600_000;

fn sleeping(task: &str, milliseconds: i64, workflow: &str) -> Ended {
    let container = Container::new(&[("milliseconds", Literal::integer(milliseconds))]);
    let container = container.env("FLYTE_INTERNAL_EXECUTION_WORKFLOW", workflow);
    container.task(task)
}

/// Flyte 1 ends the attempts of nodes, and of nothing else.
#[test]
fn a_task_that_was_started_alone_ends_in_time() {
    const ALONE: &str = "flytesnacks:development:.flytegen.t.sleeps";
    let timed_out = |kind| user("USER:TimedOut", kind);
    let ended = sleeping("t.sleeps", HOUR, ALONE);
    assert_eq!(verdict(&ended), timed_out(Kind::Recoverable));
    let message = ended.error().message;
    assert!(
        message.starts_with("task `t.sleeps` failed: timed out after 100ms\n"),
        "{message}"
    );
    let ended = sleeping("t.sleeps_once", HOUR, ALONE);
    assert_eq!(verdict(&ended), timed_out(Kind::NonRecoverable));
    // A node may have another timeout than its task.
    let ended = sleeping("t.sleeps", 300, "flytesnacks:development:app.pipeline");
    assert_eq!(ended.outputs()["o0"], Literal::integer(300));
    for workflow in [ALONE, "flytesnacks:development:app.pipeline"] {
        let ended = sleeping("t.is_due", HOUR, workflow);
        assert_eq!(verdict(&ended), timed_out(Kind::NonRecoverable));
    }
}

/// Flyte 2 is told of both.
#[test]
fn flyte_2_ends_attempts_by_itself() {
    let container = Container::new(&[("milliseconds", Literal::integer(300))]);
    let inputs = container.text("inputs.pb");
    let out = container.text("out");
    let arguments = [
        "flyte-execute",
        "--inputs",
        &inputs,
        "--outputs-path",
        &out,
        "--",
        "task",
        "t.is_due",
    ];
    let ended = container.finish(container.command_of(&arguments.map(str::to_owned)));
    assert_eq!(ended.outputs()["o0"], Literal::integer(300));
}

#[test]
fn ignored_outputs_leave_nothing() {
    let ended = failing("t.fails", "ignore");
    assert_eq!((ended.code, ended.names()), (Some(0), vec![]));
}

/// flytekit blames the system for these.
#[test]
fn values_that_do_not_fit_are_the_users_errors() {
    let wrong = Container::new(&[("name", Literal::integer(1))]).task("t.greet");
    assert_eq!(
        verdict(&wrong),
        user("USER:TypeError", Kind::NonRecoverable)
    );
    assert!(
        wrong.error().message.contains("input `name` of `t.greet`"),
        "{wrong:?}"
    );
    let missing = Container::new(&[]).task("t.greet");
    assert_eq!(
        verdict(&missing),
        user("USER:ValueError", Kind::NonRecoverable)
    );
    let unknown = Container::new(&[
        ("name", Literal::string("a")),
        ("nam", Literal::string("b")),
    ]);
    let unknown = unknown.task("t.greet").error();
    assert!(
        unknown.message.contains("`t.greet` has no input `nam`"),
        "{}",
        unknown.message
    );
    let nobody = Container::new(&[]).task("t.gret");
    assert_eq!(
        verdict(&nobody),
        user("USER:RuntimeError", Kind::NonRecoverable)
    );
    assert!(
        nobody.error().message.contains("did you mean `t.greet`"),
        "{nobody:?}"
    );
}

/// A panic of the user's code outside of the task is told like one inside.
#[test]
fn types_that_panic_are_the_users_errors() {
    for way in ["in", "out"] {
        let container = Container::new(&[("what", Literal::string(way))]).task("t.carries");
        assert_eq!(
            verdict(&container),
            user("USER:RuntimeError", Kind::Recoverable)
        );
        let message = container.error().message;
        let expected = format!("it broke on its way {way}");
        assert!(
            message.contains(&expected) && message.contains("tasks.rs:"),
            "{message}"
        );
    }
}

#[test]
fn files_that_cannot_be_read_or_written_are_the_systems_errors() {
    let system = ("SYSTEM".to_owned(), Kind::Recoverable, ErrorKind::System);
    let container = Container::new(&[]);
    std::fs::remove_file(container.path("inputs.pb")).unwrap();
    let missing = container.task("t.nothing");
    assert_eq!(verdict(&missing), system);
    assert!(missing.error().message.contains("inputs.pb"), "{missing:?}");
    std::fs::write(container.path("inputs.pb"), b"\xff\xff\xff").unwrap();
    assert_eq!(verdict(&container.task("t.nothing")), system);
    // In the place of the outputs is a directory.
    let container = Container::new(&[]);
    std::fs::create_dir_all(container.path("out/outputs.pb/in the way")).unwrap();
    let output = container.command(&["task", "t.nothing"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let error = error_in(&std::fs::read(container.path("out/error.pb")).unwrap());
    assert_eq!((error.code.clone(), error.kind(), error.origin()), system);
    assert!(
        error.message.starts_with("the outputs cannot be written: "),
        "{}",
        error.message
    );
    // And when the error cannot be written either, the exit code says so.
    let container = Container::new(&[]);
    std::fs::write(container.path("out"), "a file").unwrap();
    let ended = container.finish(container.command(&["task", "t.nothing"]));
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stderr.contains("error.pb cannot be written"),
        "{}",
        ended.stderr
    );
}

/// `test_dispatch_execute_return_error_code`
#[test]
fn the_exit_code_tells_of_a_failure_only_when_asked() {
    for (value, code) in [("true", 1), ("T", 1), ("1", 1), ("no", 0)] {
        let container = Container::new(&[("how", Literal::string("plain"))]);
        let ended = container.env("FLYTE_FAIL_ON_ERROR", value).task("t.fails");
        assert_eq!(
            (ended.code, ended.names()),
            (Some(code), vec!["error.pb"]),
            "{value}"
        );
    }
}

#[test]
fn workers_of_a_distributed_task_have_error_files_of_their_own() {
    let container = Container::new(&[("how", Literal::string("plain"))])
        .env("FLYTE_INTERNAL_DIST_ERROR_STRATEGY", "Earliest")
        .env("FLYTE_INTERNAL_WORKER_NAME", "worker-3");
    container.task("t.fails");
    let ended = container.task("t.fails");
    assert_eq!(ended.files.len(), 2, "{:?}", ended.names());
    for (name, bytes) in &ended.files {
        let unique = name
            .strip_prefix("error-")
            .unwrap()
            .strip_suffix(".pb")
            .unwrap();
        assert_eq!(
            (unique.len(), error_in(bytes).worker.as_str()),
            (32, "worker-3")
        );
    }
}

/// The end of a container that is taken away once its task is ready for it.
fn terminated(mut command: Command, container: &Container) -> Ended {
    let (mut child, mut stderr) = ready(&mut command);
    let status = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    Ended {
        code: child.wait().unwrap().code(),
        stderr: rest,
        files: files_in(&container.path("out")),
    }
}

#[test]
fn sigterm_is_told_and_what_was_saved_is_there() {
    let container = Container::new(&[]);
    let checkpoint = container.text("checkpoint");
    let container = container.args(&["--checkpoint-path", &checkpoint]);
    let mut ended = terminated(container.command(&["task", "t.waits"]), &container);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let page = String::from_utf8(ended.files.remove("deck.html").unwrap()).unwrap();
    let expected = (
        "SYSTEM:Unavailable".to_owned(),
        Kind::Recoverable,
        ErrorKind::System,
    );
    assert_eq!(verdict(&ended), expected);
    assert_eq!(
        std::fs::read(container.path("checkpoint/_dst_cp")).unwrap(),
        b"half"
    );
    assert!(
        page.contains("half of it") && page.contains("cancelled"),
        "{page}"
    );
}

#[test]
fn a_script_ends_with_its_container() {
    let container = Container::new(&[]);
    let mut child = container.command(&["task", "t.script"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let started: Vec<u32> = loop {
        let line = lines.next().unwrap().unwrap();
        let numbers: Result<Vec<_>, _> = line.split(' ').map(str::parse).collect();
        if let Ok(numbers) = numbers {
            break numbers;
        }
    };
    assert_eq!(started.len(), 2);
    let status = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let files = files_in(&container.path("out"));
    assert_eq!(error_in(&files["error.pb"]).code, "SYSTEM:Unavailable");
    // What still runs holds the other end.
    assert!(lines.all(|line| line.is_ok()));
    for process in started {
        while std::fs::read_to_string(format!("/proc/{process}/stat"))
            .is_ok_and(|stat| !stat.contains(") Z "))
        {
            std::thread::yield_now();
        }
    }
}

/// Flyte 2 starts an attempt that the system is to blame for again, and does not count it.
#[test]
fn flyte_2_counts_each_attempt_that_may_be_repeated() {
    let container = Container::new(&[]);
    std::fs::remove_file(container.path("inputs.pb")).unwrap();
    let missing = container.finish(container.command_of(&flyte_2(&container, "t.nothing")));
    let unknown = |code: &str| (code.to_owned(), Kind::Recoverable, ErrorKind::Unknown);
    assert_eq!(verdict(&missing), unknown("SYSTEM"));
    // The user's errors are the user's there, too.
    let container = Container::new(&[("how", Literal::string("plain"))]);
    let failed = container.finish(container.command_of(&flyte_2(&container, "t.fails")));
    assert_eq!(
        verdict(&failed),
        user("USER:RuntimeError", Kind::Recoverable)
    );
    // A container that is taken away.
    let container = Container::new(&[]);
    let mut words = flyte_2(&container, "t.waits");
    let checkpoint = container.text("checkpoint");
    words.splice(1..1, ["--checkpoint-path".to_owned(), checkpoint]);
    let container = container.env("FLYTE_FAIL_ON_ERROR", "1");
    let ended = terminated(container.command_of(&words), &container);
    let error = error_in(&ended.files["error.pb"]);
    assert_eq!((ended.code, error.origin()), (Some(0), ErrorKind::Unknown));
}

/// An attempt that is started again writes where it wrote before.
#[test]
fn flyte_2_finds_no_error_of_an_earlier_start_beside_the_outputs() {
    let container = Container::new(&[("name", Literal::string("a"))]);
    std::fs::create_dir_all(container.path("out")).unwrap();
    std::fs::write(container.path("out/error.pb"), "of an earlier start").unwrap();
    let ended = container.finish(container.command_of(&flyte_2(&container, "t.greet")));
    assert_eq!(ended.names(), ["outputs.pb"]);
    assert_eq!(ended.outputs()["o0"], Literal::string("a a"));
    // Flyte 1 starts each attempt in a place of its own.
    std::fs::write(container.path("out/error.pb"), "somebody's").unwrap();
    assert_eq!(
        container.task("t.greet").names(),
        ["error.pb", "outputs.pb"]
    );
}

/// Flyte 2 starts an attempt that ends with another code again, without end.
#[test]
fn flyte_2_is_told_of_nothing_by_an_exit_code() {
    let failing =
        || Container::new(&[("how", Literal::string("plain"))]).env("FLYTE_FAIL_ON_ERROR", "true");
    let container = failing();
    let ended = container.finish(container.command_of(&flyte_2(&container, "t.fails")));
    assert_eq!((ended.code, ended.names()), (Some(0), vec!["error.pb"]));
    // The error cannot be written.
    let container = failing();
    std::fs::write(container.path("out"), "a file").unwrap();
    let ended = container.finish(container.command_of(&flyte_2(&container, "t.fails")));
    assert_eq!(ended.code, Some(0));
    assert!(ended.stderr.contains("error.pb"), "{}", ended.stderr);
    // The arguments say nothing, in a way of their own and in one that is no option.
    for wrong in ["{{.outputs}}", "--no-such-option"] {
        let container = failing();
        let mut words = flyte_2(&container, "t.fails");
        words.splice(1..1, ["--run-start-time".to_owned(), wrong.to_owned()]);
        if wrong.starts_with("--") {
            words.remove(1);
        } else {
            words[6] = wrong.to_owned();
        }
        let ended = container.finish(container.command_of(&words));
        assert_eq!((ended.code, ended.names()), (Some(0), vec![]), "{words:?}");
        assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
    }
    // The code cannot be unpacked.
    let container = failing();
    let archive = container.text("no.tar.gz");
    let mut words: Vec<_> = [
        "flyte-fast-execute",
        "--additional-distribution",
        &archive,
        "--",
        "app",
    ]
    .map(str::to_owned)
    .into();
    words.extend(flyte_2(&container, "t.fails"));
    let ended = container.finish(container.command_of(&words));
    assert_eq!(ended.code, Some(0));
    assert!(ended.stderr.contains("no.tar.gz"), "{}", ended.stderr);
}

/// Flyte 2 takes an attempt that wrote nothing for one that failed.
#[test]
fn ignored_outputs_are_empty_ones_to_flyte_2() {
    let container = Container::new(&[("how", Literal::string("ignore"))]);
    let ended = container.finish(container.command_of(&flyte_2(&container, "t.fails")));
    assert_eq!(ended.names(), ["outputs.pb"]);
    assert!(ended.outputs().is_empty());
}

/// Flyte 1 cuts a longer message at a byte, and loses the error, and the retry with it, if that is in a letter.
#[test]
fn a_long_message_is_cut_at_a_letter() {
    let long = "é".repeat(60_000);
    let message = failing("t.fails", &format!("with a long text: {long}"))
        .error()
        .message;
    assert!(message.len() <= 48 * 1024, "{}", message.len());
    assert!(
        message.contains("plain with a long text: éé"),
        "{:.200}",
        message
    );
    let notice = message.lines().last().unwrap();
    assert!(notice.ends_with(" more bytes are left out"), "{notice}");
}

#[test]
fn arguments_that_say_nothing_are_refused() {
    let container = Container::new(&[]);
    let refused = |loader: &[&str]| {
        let ended = container.finish(container.command(loader));
        assert_eq!(ended.code, Some(2), "{ended:?}");
        ended.stderr
    };
    let text = refused(&["greet"]);
    assert!(
        text.contains("`greet` does not say what to execute; write `task NAME`"),
        "{text}"
    );
    let words = [
        "flyte-execute",
        "--output-prefix",
        "{{.outputPrefix}}",
        "--",
        "task",
        "t.nothing",
    ];
    let ended = container.finish(container.command_of(&words.map(str::to_owned)));
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .stderr
            .contains("`--output-prefix` is \"{{.outputPrefix}}\""),
        "{}",
        ended.stderr
    );
}
