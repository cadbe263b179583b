//! What the library does to the process around it: nothing until asked. Each test runs itself again in a child process.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
};

use flyte_runtime::{context::FlyteContextManager, prelude::*};

/// Set in the child, which is this very test.
const CHILD: &str = "FLYTE_TEST_CHILD";

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

fn this_test(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, "1");
    command
}

/// Whether these tests were started with Ctrl-C ignored, as by `nohup`; what they start ignores it then, too.
#[cfg(unix)]
fn is_ctrl_c_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut ignored = status
        .lines()
        .filter_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored
        .next()
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The second signal.
    mask.is_some_and(|mask| mask & 0b10 != 0)
}

/// The same as [`this_test`], with Ctrl-C as it is in a terminal.
#[cfg(unix)]
fn this_test_in_a_terminal(name: &str) -> Command {
    let test = this_test(name);
    if !is_ctrl_c_ignored() {
        return test;
    }
    let mut command = Command::new("env");
    command
        .arg("--default-signal=INT")
        .arg(test.get_program())
        .args(test.get_args())
        .env(CHILD, "1");
    command
}

/// An empty directory, removed with everything in it at the end.
struct Empty(PathBuf);

impl Empty {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("flyte-tests-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn entries(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

impl Drop for Empty {
    fn drop(&mut self) {
        let _removed = std::fs::remove_dir_all(&self.0);
    }
}

#[task]
fn writes(x: i64) -> i64 {
    let parameters = flyte_runtime::current_context();
    std::fs::write(
        parameters.working_directory().unwrap().join("file"),
        x.to_string(),
    )
    .unwrap();
    x
}

#[task]
fn counts(xs: &[i64]) -> usize {
    xs.len()
}

#[workflow]
fn thousand_files(x: i64) -> usize {
    let all: Vec<_> = (0..1000).map(|_| writes(x)).collect();
    counts(all)
}

#[workflow]
fn no_files(x: i64) -> usize {
    counts(vec![x, 2])
}

#[test]
fn a_run_of_a_thousand_tasks_leaves_no_file() {
    if is_child() {
        assert_eq!(thousand_files(1).unwrap(), 1000);
        assert_eq!(no_files(1).unwrap(), 2);
        return;
    }
    let (temporary, home) = (Empty::new("tmp"), Empty::new("home"));
    let status = this_test("a_run_of_a_thousand_tasks_leaves_no_file")
        .env("TMPDIR", &temporary.0)
        .env("HOME", &home.0)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!((temporary.entries(), home.entries()), (vec![], vec![]));
}

#[cfg(unix)]
#[test]
fn ctrl_c_is_taken_over_only_when_asked() {
    if is_child() {
        let asked = std::env::var(CHILD).unwrap() == "asked";
        if asked {
            FlyteContextManager::add_signal_handler(|| {
                let mut out = std::io::stdout();
                writeln!(out, "first").unwrap();
            })
            .unwrap();
            FlyteContextManager::add_signal_handler(|| {
                panic!("the others are called all the same")
            })
            .unwrap();
            FlyteContextManager::add_signal_handler(|| {
                let mut out = std::io::stdout();
                writeln!(out, "last").unwrap();
            })
            .unwrap();
        }
        assert_eq!(no_files(1).unwrap(), 2);
        writeln!(std::io::stdout(), "ready").unwrap();
        loop {
            std::thread::park();
        }
    }
    let interrupt = |asked: &str| {
        let mut child = this_test_in_a_terminal("ctrl_c_is_taken_over_only_when_asked")
            .env(CHILD, asked)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        assert!(lines.any(|line| line.ends_with("ready")));
        Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap();
        let rest: Vec<String> = lines.collect();
        (child.wait().unwrap().code(), rest)
    };
    assert_eq!(
        interrupt("asked"),
        (Some(130), vec!["first".to_owned(), "last".to_owned()])
    );
    // Nobody asked: the signal ends the process, which has no exit code then.
    assert_eq!(interrupt("not asked"), (None, vec![]));
}

/// Started by `nohup` or the like, a program has no Ctrl-C to react to.
#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_that_is_ignored_is_told_apart_from_a_handler() {
    if is_child() {
        let error = FlyteContextManager::add_signal_handler(|| ()).unwrap_err();
        writeln!(std::io::stdout(), "{error}").unwrap();
        return;
    }
    let output = Command::new("sh")
        .args(["-c", "trap '' INT; exec \"$@\"", "sh"])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "ctrl_c_that_is_ignored_is_told_apart_from_a_handler",
            "--nocapture",
        ])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(
        out.contains("cannot react to Ctrl-C: the program was started with it ignored"),
        "{out}"
    );
}
