//! Tasks whose processes die: each is a failed attempt, and not a container that has failed.

use std::{
    io::{Read as _, Write as _},
    process::{Command, Stdio},
};

use flyte_idl::flyteidl::core::container_error::Kind;
use flyte_runtime::types::Literal;

use super::{Container, files_in, flyte_2, ready, user, verdict};

fn dying(how: &str) -> Container {
    Container::new(&[("how", Literal::string(how))])
}

const WAYS: [(&str, &str); 5] = [
    (
        "3",
        "ended with exit code 3 and has left neither outputs nor an error",
    ),
    (
        "0",
        "ended with exit code 0 and has left neither outputs nor an error",
    ),
    ("abort", "was ended by signal 6 (SIGABRT"),
    ("overflow", "was ended by signal 6 (SIGABRT"),
    (
        "kill",
        "was ended by signal 9 (SIGKILL: it was killed, often by the system's out-of-memory killer",
    ),
];

#[test]
fn a_process_that_dies_is_a_failed_attempt() {
    for (how, said) in WAYS {
        let ended = dying(how).task("t.dies");
        assert_eq!(
            verdict(&ended),
            user("USER:ProcessDied", Kind::Recoverable),
            "{how}"
        );
        let message = ended.error().message;
        let begin = "task `t.dies` failed: the process of the attempt ";
        assert!(
            message.starts_with(begin) && message.contains(said),
            "{message}"
        );
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
    }
}

#[test]
fn whether_another_attempt_follows_is_as_the_task_says() {
    let ended = dying("3").task("t.dies_for_good");
    assert_eq!(
        verdict(&ended),
        user("USER:ProcessDied", Kind::NonRecoverable)
    );
    let ended = dying("abort").task("t.builds_nothing");
    assert_eq!(verdict(&ended), user("USER:ProcessDied", Kind::Recoverable));
}

/// A list of which one element is the task's.
#[test]
fn an_element_of_a_map_that_dies_is_a_failed_attempt() {
    let ways = Literal::collection(vec![Literal::string("0"), Literal::string("3")]);
    let container = Container::new(&[("how", ways)]).args(&["--map"]);
    let container = container
        .env("BATCH_JOB_ARRAY_INDEX_VAR_NAME", "T_INDEX")
        .env("T_INDEX", "1");
    let ended = container.finish(container.command(&["vars", "", "task", "t.dies"]));
    assert_eq!(verdict(&ended), user("USER:ProcessDied", Kind::Recoverable));
    let message = ended.error().message;
    assert!(message.contains("exit code 3"), "{message}");
}

/// Flyte 2 starts a container that ends with another code again and again.
#[test]
fn flyte_2_is_told_as_well() {
    let container = dying("3").env("FLYTE_FAIL_ON_ERROR", "1");
    let ended = container.finish(container.command_of(&flyte_2(&container, "t.dies")));
    assert_eq!(verdict(&ended), user("USER:ProcessDied", Kind::Recoverable));
    // Where an earlier start has left an error, too.
    std::fs::write(container.path("out/error.pb"), "of an earlier start").unwrap();
    let ended = container.finish(container.command_of(&flyte_2(&container, "t.dies")));
    assert_eq!(verdict(&ended), user("USER:ProcessDied", Kind::Recoverable));
}

#[test]
fn the_exit_code_is_that_of_any_failure() {
    let ended = dying("abort")
        .env("FLYTE_FAIL_ON_ERROR", "1")
        .task("t.dies");
    assert_eq!((ended.code, ended.names()), (Some(1), vec!["error.pb"]));
    // Nothing can be written.
    let container = dying("abort");
    std::fs::write(container.path("out"), "a file").unwrap();
    let ended = container.task("t.dies");
    assert_eq!(ended.code, Some(1));
    for part in ["signal 6", "error.pb cannot be written"] {
        assert!(ended.stderr.contains(part), "{}", ended.stderr);
    }
}

#[test]
fn what_a_task_leaves_ends_with_its_container() {
    // It would hold standard error, which is read to its end.
    let ended = Container::new(&[]).task("t.goes_on");
    assert!(ended.outputs().contains_key("o0"));
}

/// Nobody can write an error then, and nothing goes on.
#[test]
fn a_task_ends_with_its_parent() {
    let container = Container::new(&[]);
    let checkpoint = container.text("checkpoint");
    let container = container.args(&["--checkpoint-path", &checkpoint]);
    let (mut parent, mut stderr) = ready(&mut container.command(&["task", "t.waits"]));
    parent.kill().unwrap();
    parent.wait().unwrap();
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert!(!files_in(&container.path("out")).contains_key("error.pb"));
}

/// The first process of a container is the parent of all that have lost theirs.
#[cfg(target_os = "linux")]
#[test]
fn the_first_process_waits_for_those_that_nobody_waits_for() {
    const OPTIONS: [&str; 5] = [
        "--user",
        "--map-root-user",
        "--pid",
        "--fork",
        "--mount-proc",
    ];
    let mut unshare = Command::new("unshare");
    let probe = unshare.args(OPTIONS).arg("true").stderr(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        let told =
            "there are no namespaces of processes here, so there is no first process to look at\n";
        std::io::stderr().write_all(told.as_bytes()).unwrap();
        return;
    }
    let container = Container::new(&[]);
    let task = container.command(&["task", "t.orphans"]);
    let mut command = Command::new("unshare");
    command
        .args(OPTIONS)
        .arg(task.get_program())
        .args(task.get_args())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    for (name, value) in task.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    let ended = container.finish(command);
    assert_eq!(
        ended.outputs()["o0"],
        Literal::integer(1),
        "{}",
        ended.stderr
    );
}

/// What was written before the end counts.
#[test]
fn a_file_that_is_written_is_kept() {
    let container = dying("3");
    std::fs::create_dir_all(container.path("out")).unwrap();
    std::fs::write(container.path("out/error.pb"), "the child's").unwrap();
    let ended = container.task("t.dies");
    assert_eq!(ended.files["error.pb"], b"the child's");
    std::fs::remove_file(container.path("out/error.pb")).unwrap();
    assert_eq!(container.task("t.dies").error().code, "USER:ProcessDied");
}
