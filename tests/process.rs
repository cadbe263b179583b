//! What the library does to the process around it: nothing until asked. Each test runs itself again in a child process.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::explicit_write,
    reason = "a test has no users and shows what failed; a child says how far it is"
)]

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use flyte_runtime::{
    cli::Cli,
    compat::{FlyteContextManager, FlyteEntities},
    prelude::*,
};

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
    let parameters = flyte_runtime::compat::current_context();
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

/// A run that no thread of its own can be started for is done by the one that wants it.
#[cfg(unix)]
#[test]
fn a_run_ends_where_no_thread_can_be_started() {
    if is_child() {
        assert!(std::thread::Builder::new().spawn(|| {}).is_err());
        let limited = Runner::local().deadline(Duration::from_secs(60));
        assert_eq!(limited.run(no_files::call(1)).unwrap(), 2);
        assert_eq!(thousand_files(1).unwrap(), 1000);
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let args = ["app", "run", "no_files", "--x", "1"];
        Cli::new(FlyteEntities::registry())
            .interruptible()
            .run(args, &mut out, &mut errors);
        println!("{}", String::from_utf8_lossy(&out));
        return;
    }
    let home = Empty::new("no-thread");
    // More than there is, for each thread.
    let output = this_test("a_run_ends_where_no_thread_can_be_started")
        .env("RUST_MIN_STACK", (1_u64 << 46).to_string())
        .env("FLYTE_LOCAL_STATE_DIR", &home.0)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(said.lines().any(|line| line.trim() == "2"), "{said}");
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

/// Says that it has begun, and does not end by itself.
#[task]
fn deaf() {
    writeln!(std::io::stdout(), "ready").unwrap();
    loop {
        std::thread::park();
    }
}

/// The same, but it ends when it is asked to.
#[task]
fn listening() -> Result<(), String> {
    writeln!(std::io::stdout(), "ready").unwrap();
    while !flyte_runtime::is_cancelled() {
        std::thread::sleep(Duration::from_millis(1));
    }
    writeln!(std::io::stdout(), "asked to end").unwrap();
    Err("ended".to_owned())
}

/// The same, without a thread.
#[task]
async fn pending() {
    writeln!(std::io::stdout(), "ready").unwrap();
    std::future::pending::<()>().await;
}

/// Starts this test as a program whose command line runs `task`, and interrupts it so many times. Returns its exit code, what it has
/// printed after it was interrupted, on both streams, and how long it took to end.
#[cfg(unix)]
fn interrupted(task: &str, times: u32) -> (Option<i32>, String, Duration) {
    let mut child = this_test_in_a_terminal("ctrl_c_cancels_the_run_of_a_command_line")
        .env(CHILD, task)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut errors = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(out.any(|line| line.unwrap().ends_with("ready")));
    let interrupt = || {
        let id = child.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().unwrap();
    };
    let before = Instant::now();
    interrupt();
    let mut told = errors.next().unwrap().unwrap() + "\n";
    for _ in 1..times {
        interrupt();
    }
    for line in out.chain(errors) {
        told += &(line.unwrap() + "\n");
    }
    (child.wait().unwrap().code(), told, before.elapsed())
}

#[cfg(unix)]
#[test]
fn ctrl_c_cancels_the_run_of_a_command_line() {
    if let Ok(task) = std::env::var(CHILD) {
        let cli = Cli::new(FlyteEntities::registry()).interruptible();
        let (mut out, mut errors) = (std::io::stdout(), std::io::stderr());
        let exit = cli.run(["app", "run", &task], &mut out, &mut errors);
        std::process::exit(exit.code().into());
    }
    for (task, says) in [
        ("listening", "asked to end\n"),
        ("pending", ""),
        (
            "deaf",
            "note: a cancelled run has tasks that do not end, and their threads are left behind; \
             a long task can ask `flyte_runtime::is_cancelled()`\n",
        ),
    ] {
        let (code, told, time) = interrupted(task, 1);
        assert_eq!(code, Some(130), "{task}: {told}");
        assert!(time < Duration::from_secs(2), "{task}: {time:?}");
        let expected = format!(
            "cancelling the run; Ctrl-C again ends the program at once\n{says}\
             error: the run of `process.{task}` was cancelled\n"
        );
        assert_eq!(told, expected, "{task}");
    }
    // The second time nothing is waited for.
    let (code, told, _) = interrupted("deaf", 2);
    assert_eq!(code, Some(130));
    assert_eq!(
        told,
        "cancelling the run; Ctrl-C again ends the program at once\n"
    );
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
