//! Scripts and containers end with the program, whatever ends it. Each program is this test again, in a process of
//! its own.
#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test has no users and shows what failed"
)]

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use flyte_runtime::{files::TempSandbox, prelude::*};

/// Set in a program of these tests: the directory in which it says what it has started.
const DIRECTORY: &str = "FLYTE_TEST_DIRECTORY";

fn directory_of_child() -> Option<PathBuf> {
    std::env::var_os(DIRECTORY).map(Into::into)
}

/// Whether a signal is ignored by this process, as by `nohup`; what it starts ignores it then, too.
fn is_ignored(number: u32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = u64::from_str_radix(mask.unwrap().trim(), 16).unwrap();
    mask & (1 << (number - 1)) != 0
}

/// A test of this file as a program.
fn start(test: &str, directory: &Path) -> Child {
    let program = std::env::current_exe().unwrap();
    let mut command = match [1, 2, 3].into_iter().any(is_ignored) {
        true => {
            let mut command = Command::new("env");
            command.arg("--default-signal=HUP,INT,QUIT").arg(program);
            command
        }
        false => Command::new(program),
    };
    let path = std::env::var("PATH").unwrap();
    command
        .args(["--exact", test, "--nocapture"])
        .env(DIRECTORY, directory)
        .env(
            "PATH",
            format!("{}:{path}", directory.join("bin").display()),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn signal(name: &str, process: u32) {
    let arguments = ["-s", name, &process.to_string()];
    let sent = Command::new("kill").args(arguments).status().unwrap();
    assert!(sent.success());
}

fn waits_until(what: &str, mut there: impl FnMut() -> bool) {
    let before = Instant::now();
    while !there() {
        assert!(before.elapsed() < Duration::from_secs(60), "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The numbers in a file, once they are all there.
fn numbers_in(file: &Path) -> Vec<u32> {
    waits_until("the file", || file.exists());
    let text = fs::read_to_string(file).unwrap();
    text.split_whitespace()
        .map(|number| number.parse().unwrap())
        .collect()
}

/// The parent of a process, if it is running.
fn parent(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut fields = rest.split(' ');
    // One that has ended may be waited for by nobody.
    fields.next().filter(|state| *state != "Z")?;
    fields.next()?.parse().ok()
}

fn is_running(process: u32) -> bool {
    parent(process).is_some()
}

/// Ends the program in some way, and then waits for the end of what it has started.
fn ends_with(mut program: Child, name: &str, started: &[u32]) {
    assert!(started.iter().all(|process| is_running(*process)), "{name}");
    signal(name, program.id());
    program.wait().unwrap();
    for process in started {
        waits_until(name, || !is_running(*process));
    }
}

/// A script that listens to no signal, nor does what it starts, of which one has left its group.
#[shell_task(script = r#"
        trap '' HUP INT QUIT TERM
        sleep 100000 &
        inside="$!"
        setsid sleep 100000 > /dev/null 2>&1 &
        echo "$$ $inside $!" > "{inputs.file}.new"
        mv "{inputs.file}.new" "{inputs.file}"
        wait
    "#)]
fn deaf(file: String);

/// A script that ends its own group, as far as that listens.
#[shell_task(script = r#"
        trap '' HUP INT QUIT TERM USR1
        for signal in HUP INT QUIT TERM USR1; do kill -s "$signal" 0; done
        sleep 100000 &
        echo "$$ $!" > "{inputs.file}.new"
        mv "{inputs.file}.new" "{inputs.file}"
        wait
    "#)]
fn ends_its_group(file: String);

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_script_ends_with_the_program() {
    if let Some(directory) = directory_of_child() {
        deaf(text(&directory.join("deaf"))).unwrap();
        return;
    }
    for name in ["TERM", "HUP", "INT", "QUIT", "KILL"] {
        let directory = TempSandbox::new();
        let file = directory.create().unwrap().join("deaf");
        let program = start("a_script_ends_with_the_program", directory.path());
        ends_with(program, name, &numbers_in(&file));
    }
}

#[test]
fn a_script_that_ends_its_group_still_ends_with_the_program() {
    if let Some(directory) = directory_of_child() {
        ends_its_group(text(&directory.join("group"))).unwrap();
        return;
    }
    let directory = TempSandbox::new();
    let file = directory.create().unwrap().join("group");
    let test = "a_script_that_ends_its_group_still_ends_with_the_program";
    let program = start(test, directory.path());
    ends_with(program, "KILL", &numbers_in(&file));
}

/// Starts a service, which has a session of its own and holds the output of the run, and ends.
#[shell_task(script = r#"
        setsid sh -c 'echo $$ > "$0.new"; mv "$0.new" "$0"; exec sleep 100000' "{inputs.file}" &
        while ! test -e "{inputs.file}"; do sleep 0.01; done
        echo done > {outputs.o0}
    "#)]
fn leaves_a_service(file: String) -> String;

/// The script itself leaves its group.
#[shell_task(
    script = r#"exec setsid sh -c 'echo $$ > "$0.new"; mv "$0.new" "$0"; exec sleep 100000' "{inputs.file}""#
)]
fn leaves_its_group(file: String);

#[test]
fn what_has_left_its_group_ends_with_the_script() {
    let directory = TempSandbox::new();
    let file = directory.create().unwrap().join("service");
    assert_eq!(leaves_a_service(text(&file)).unwrap(), "done");
    for process in numbers_in(&file) {
        waits_until("the service", || !is_running(process));
    }
    let file = directory.path().join("left");
    let started = Runner::local().start(leaves_its_group::call(text(&file)));
    let left = numbers_in(&file);
    drop(started);
    for process in left {
        waits_until("the script", || !is_running(process));
    }
}

#[test]
fn what_a_script_leaves_does_not_hold_the_output_of_the_program() {
    if let Some(directory) = directory_of_child() {
        leaves_a_service(text(&directory.join("service"))).unwrap();
        return;
    }
    let directory = TempSandbox::new();
    directory.create().unwrap();
    let test = "what_a_script_leaves_does_not_hold_the_output_of_the_program";
    // Both pipes are read to their end.
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(DIRECTORY, directory.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// An engine whose containers are processes that nothing but `rm` ends, each with a file in which its number is.
const ENGINE: &str = r#"#!/bin/sh
containers="$FLYTE_TEST_DIRECTORY/containers"
command="$1"
shift
case "$command" in
run)
    while [ "$#" -gt 0 ]; do
        case "$1" in --name) name="$2" ;; *,target=/out) out="${1%,*}" ;; esac
        last="$1"
        shift
    done
    if test "$last" = endless; then
        trap '' HUP INT QUIT TERM
        env -i setsid sleep 100000 < /dev/null > /dev/null 2>&1 &
        echo "$!" > "$containers/$name.new"
        mv "$containers/$name.new" "$containers/$name"
        wait
    else
        echo done > "${out#*source=}/o0"
    fi
    ;;
ps)
    case "$*" in *label=flyte.container*) ls "$containers" ;; esac
    ;;
rm)
    shift
    for name; do
        test -f "$containers/$name" && kill -9 "$(cat "$containers/$name")" && rm "$containers/$name"
    done
    ;;
esac
"#;

#[container_task(
    image = "example.org/tool:1",
    command("run", "endless"),
    input_data_dir = "/in",
    output_data_dir = "/out"
)]
fn endless() -> String;

#[container_task(
    image = "example.org/tool:1",
    command("run", "quick"),
    input_data_dir = "/in",
    output_data_dir = "/out"
)]
fn quick() -> String;

fn with_engine() -> TempSandbox {
    let directory = TempSandbox::new();
    let path = directory.create().unwrap();
    for name in ["bin", "containers"] {
        fs::create_dir(path.join(name)).unwrap();
    }
    let engine = path.join("bin/docker");
    fs::write(&engine, ENGINE).unwrap();
    fs::set_permissions(&engine, fs::Permissions::from_mode(0o755)).unwrap();
    directory
}

/// The names of the containers there are.
fn containers(directory: &TempSandbox) -> Vec<String> {
    let all = fs::read_dir(directory.path().join("containers")).unwrap();
    let names = all.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.ends_with(".new")).collect()
}

/// A container that is not one of these, and the number of its process.
fn container(directory: &TempSandbox, but: &[String]) -> (String, u32) {
    let mut found = None;
    waits_until("a container", || {
        let all = containers(directory);
        found = all.into_iter().find(|name| !but.contains(name));
        found.is_some()
    });
    let name = found.unwrap();
    let numbers = numbers_in(&directory.path().join("containers").join(&name));
    (name, numbers[0])
}

#[test]
fn a_container_ends_with_the_program() {
    if directory_of_child().is_some() {
        endless().unwrap();
        return;
    }
    for name in ["TERM", "HUP", "INT", "QUIT", "KILL"] {
        let directory = with_engine();
        let program = start("a_container_ends_with_the_program", directory.path());
        let (_, process) = container(&directory, &[]);
        ends_with(program, name, &[process]);
        waits_until("its removal", || containers(&directory).is_empty());
    }
}

/// All processes that a process has started.
fn children(process: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").unwrap();
    let numbers = all.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    numbers
        .filter(|number| parent(*number) == Some(process))
        .collect()
}

#[test]
fn a_container_ends_when_its_client_is_killed() {
    if directory_of_child().is_some() {
        let error = endless().unwrap_err().to_string();
        assert!(error.contains("`docker` ended with signal: 9"), "{error}");
        return;
    }
    let directory = with_engine();
    let test = "a_container_ends_when_its_client_is_killed";
    let mut program = start(test, directory.path());
    let (_, process) = container(&directory, &[]);
    let is_client = |child: &u32| {
        let arguments = fs::read_to_string(format!("/proc/{child}/cmdline"));
        arguments.is_ok_and(|arguments| arguments.contains("--label"))
    };
    let children = children(program.id());
    signal(
        "KILL",
        *children.iter().find(|child| is_client(child)).unwrap(),
    );
    assert!(program.wait().unwrap().success());
    waits_until("the container", || !is_running(process));
    assert!(containers(&directory).is_empty());
}

#[test]
fn a_container_that_was_left_is_removed_by_the_next_program() {
    match directory_of_child() {
        Some(directory) if directory.join("quick").exists() => {
            assert_eq!(quick().unwrap(), "done");
            fs::write(directory.join("done"), "").unwrap();
            return;
        }
        Some(_) => {
            endless().unwrap();
            return;
        }
        None => {}
    }
    let test = "a_container_that_was_left_is_removed_by_the_next_program";
    let directory = with_engine();
    let mut killed = start(test, directory.path());
    let (left, process) = container(&directory, &[]);
    let mut running = start(test, directory.path());
    let (used, _) = container(&directory, std::slice::from_ref(&left));
    // With all that could tidy up behind it, and so that it cannot do so itself.
    signal("STOP", killed.id());
    for child in children(killed.id()) {
        signal("KILL", child);
    }
    signal("KILL", killed.id());
    killed.wait().unwrap();
    fs::write(directory.path().join("quick"), "").unwrap();
    assert!(is_running(process));
    assert!(start(test, directory.path()).wait().unwrap().success());
    assert!(directory.path().join("done").exists());
    waits_until("its removal", || !is_running(process));
    assert_eq!(containers(&directory), [used]);
    signal("KILL", running.id());
    running.wait().unwrap();
    waits_until("the other", || containers(&directory).is_empty());
}
