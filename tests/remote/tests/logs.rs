//! What tasks have said, and the pages with their decks.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use flyte_remote::{many_squares, pages, patient, released, says};
use flyte_runtime::{
    cli::Exit,
    history::History,
    testing::cluster::{ControlPlaneOptions, Fault},
};

use crate::{
    commands::{say, say_here},
    plane, plane_with, remote, started,
};

#[test]
fn logs_are_fetched_from_behind_their_links() {
    for has_links in [true, false] {
        let plane = plane_with(ControlPlaneOptions::default().links(has_links));
        let remote = remote(&plane);
        let execution = started(&remote, &patient::call("x".to_owned()));
        remote.wait(&execution).unwrap();
        let name = &execution.name;
        let all = say(&plane, &format!("runs logs {name} --remote"));
        assert_eq!(
            all.stdout,
            "n0 flyte_remote.second_time attempt 0, Log:\n\
             attempt 0 of flyte_remote.second_time: it starts\n\
             attempt 0 of flyte_remote.second_time: it failed: x: not yet\n\
             n0 flyte_remote.second_time attempt 1, Log:\n\
             attempt 1 of flyte_remote.second_time: it starts\n\
             attempt 1 of flyte_remote.second_time: it has succeeded\n",
            "{}",
            all.stderr
        );
        let json = say(&plane, &format!("runs logs {name} n0 --remote --json")).json();
        assert_eq!(
            (&json[1]["attempt"], &json[1]["problem"]),
            (&1.into(), &().into())
        );
        let none = say(&plane, &format!("runs logs {name} n7 --remote"));
        assert!(
            none.stderr.contains(&format!(
                "has no node `n7`: `runs show {name} --remote` shows"
            )),
            "{}",
            none.stderr
        );
    }
}

#[test]
fn an_execution_without_logs_says_why() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &released::call("x".to_owned()));
    let name = &execution.name;
    // The gates wait, and have no attempts.
    while remote.signals(&execution).unwrap().len() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let said = say(&plane, &format!("runs logs {name} n1 --remote"));
    assert_eq!((said.exit, &*said.stdout), (Exit::Success, ""));
    assert_eq!(
        said.stderr,
        format!("there are no logs of node n1 of execution {name}: no task of it has started\n")
    );
    remote.terminate(&execution, "it is over").unwrap();
}

/// `runs show` asks no more than 500 nodes that have succeeded for their attempts.
#[test]
fn logs_are_those_of_all_nodes_however_many() {
    let plane = plane_with(ControlPlaneOptions::default().links(false));
    let remote = remote(&plane);
    let execution = started(&remote, &many_squares::call(510));
    remote.wait(&execution).unwrap();
    let all = say(
        &plane,
        &format!("runs logs {} --remote --json", execution.name),
    )
    .json();
    let all = all.as_array().unwrap().iter();
    let of_squares = all.filter(|log| log["entity"] == "flyte_remote.square");
    assert_eq!(of_squares.count(), 510);
}

/// A link that is not one to text stays a link, with why.
#[test]
fn what_cannot_be_fetched_is_a_link_with_a_sentence() {
    let plane = plane();
    let remote = remote(&plane);
    let unknown = remote
        .log_text("stackdriver://logs/1")
        .unwrap_err()
        .to_string();
    assert!(unknown.contains("not at an address of http"), "{unknown}");
    // What a cluster calls a log is not to be any file here.
    let path = plane.directory().join("home").display().to_string();
    let path = remote.log_text(&path).unwrap_err().to_string();
    assert!(path.contains("not at an address of http"), "{path}");
    let directory = format!("file://{}", plane.directory().display());
    let directory = remote.log_text(&directory).unwrap_err().to_string();
    assert!(directory.contains("not a regular file"), "{directory}");
    let page = plane.directory().join("page");
    fs::write(&page, "<!doctype html><title>Logs</title>").unwrap();
    let page = remote
        .log_text(&format!("file://{}", page.display()))
        .unwrap_err();
    assert!(
        page.to_string()
            .contains("a page, to be opened in a browser"),
        "{page}"
    );
}

#[test]
fn pages_are_fetched_and_copied() {
    for has_links in [true, false] {
        let plane = plane_with(ControlPlaneOptions::default().links(has_links));
        let remote = remote(&plane);
        let execution = started(&remote, &pages::call("planted title".to_owned()));
        remote.wait(&execution).unwrap();
        let name = &execution.name;
        let directory = plane.directory().join("pages");
        let command = format!("runs deck {name} --remote --output {}", directory.display());
        let fetched = say(&plane, &command);
        let file = directory.join(format!("{name}-n0.html"));
        assert_eq!(
            fetched.stdout,
            format!("{}\n", file.display()),
            "{}",
            fetched.stderr
        );
        assert!(fs::read_to_string(file).unwrap().contains("planted title"));
        let shown = say(&plane, &format!("runs show {name} --remote")).stdout;
        assert!(
            shown.contains(&format!(
                "decks of n0: `runs deck {name} --remote` fetches them"
            )),
            "{shown}"
        );
    }
}

#[test]
fn pages_of_runs_here_are_found() {
    let plane = plane();
    let history = History::in_dir(plane.directory().join("home/history"));
    let ran = say_here(
        &history,
        &format!(
            "run pages --title planted --deck {}",
            plane.directory().join("decks").display()
        ),
    );
    assert_eq!(ran.exit, Exit::Success, "{}", ran.stderr);
    let json = say_here(&history, "runs deck last --json").json();
    assert_eq!(json[0]["node"], "n0");
    let page = fs::read_to_string(json[0]["file"].as_str().unwrap()).unwrap();
    assert!(page.contains("planted"));
    let directory = plane.directory().join("copies");
    let copied = say_here(
        &history,
        &format!("runs deck last n0 --output {}", directory.display()),
    );
    assert!(copied.stdout.ends_with("-n0.html\n"), "{}", copied.stderr);
    let none = say_here(&history, "run square --x 3");
    assert_eq!(none.exit, Exit::Success);
    let none = say_here(&history, "runs deck last");
    assert!(none.stderr.contains("has a page"), "{}", none.stderr);
    let none = say_here(&history, "runs logs last");
    assert_eq!(none.stdout, "");
    assert!(
        none.stderr
            .ends_with(" has written anything that is recorded\n"),
        "{}",
        none.stderr
    );
}

#[test]
fn lines_of_runs_here_are_printed() {
    let plane = plane();
    let history = History::in_dir(plane.directory().join("home/history"));
    let file = plane.directory().join("there");
    fs::write(&file, "").unwrap();
    let ran = say_here(&history, &format!("run says --path {}", file.display()));
    assert_eq!(ran.exit, Exit::Success, "{}", ran.stderr);
    let all = say_here(&history, "runs logs last").stdout;
    assert_eq!(all, "n0 flyte_remote.says attempt 0:\nbefore\nbehind\n");
    let one = say_here(&history, "runs logs last n0").stdout;
    assert_eq!(one, "before\nbehind\n");
    let json = say_here(&history, "runs logs last --json").json();
    assert_eq!(
        (&json[0]["text"], &json[0]["uri"]),
        (&"before\nbehind\n".into(), &().into())
    );
    let none = say_here(&history, "runs logs last n7");
    assert!(none.stderr.contains("has no node `n7`"), "{}", none.stderr);
}

/// What is followed comes while the task goes on, and ends with the run.
#[test]
fn logs_are_followed_until_the_end() {
    let plane = plane();
    let remote = remote(&plane);
    let file = plane.directory().join("there");
    let execution = started(&remote, &says::call(file.display().to_string()));
    // Longer than a call is tried again.
    plane.order("GetExecution", 5, Fault::Absent);
    let address = plane.address().to_string();
    let name = &execution.name;
    let mut child = Command::new(env!("CARGO_BIN_EXE_remote-program"))
        .args(["runs", "logs", name, "--remote", "--follow"])
        .args(["--endpoint", &address, "--insecure"])
        .env("HOME", plane.directory().join("home"))
        .env_remove("FLYTECTL_CONFIG")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut line = || lines.next().map(Result::unwrap).unwrap_or_default();
    assert_eq!(line(), "n0 flyte_remote.says attempt 0, Log:");
    assert_eq!(line(), "attempt 0 of flyte_remote.says: it starts");
    // It was read while the task waits.
    fs::write(&file, "").unwrap();
    assert_eq!(line(), "attempt 0 of flyte_remote.says: it has succeeded");
    assert_eq!(line(), "");
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        messages.starts_with("note: no cluster answers at ")
            && messages.ends_with("; still trying\n"),
        "{messages}"
    );
    assert_eq!(messages.lines().count(), 1, "{messages}");
}

/// What is known is not fetched again, also from a server that knows no parts.
#[test]
fn the_rest_of_a_log_comes_without_its_beginning() {
    for has_links in [true, false] {
        let plane = plane_with(ControlPlaneOptions::default().links(has_links));
        let remote = remote(&plane);
        let execution = started(&remote, &patient::call("x".to_owned()));
        let tree = remote.wait(&execution).unwrap();
        let uri = &tree.nodes[0].attempts[0].logs[0].1;
        let whole = remote.log_text(uri).unwrap();
        assert_eq!(remote.log_text_after(uri, 0).unwrap(), whole);
        assert_eq!(remote.log_text_after(uri, 8).unwrap(), whole[8..]);
        let end = whole.len() as u64;
        assert_eq!(remote.log_text_after(uri, end).unwrap(), "");
        assert_eq!(remote.log_text_after(uri, end + 9).unwrap(), "");
    }
}
