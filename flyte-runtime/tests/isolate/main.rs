//! Tasks in processes of their own. A program without the harness of tests: it is started again for each attempt.

#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test has no users and shows what failed"
)]

mod container;
mod errors;
mod kills;
mod left;
mod truth_table;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{self, Command},
    thread,
    time::{Duration, Instant},
};

use flyte_runtime::{
    CancellationToken,
    cache::{Cache, CacheMode},
    files::{FlyteFile, TempSandbox},
    history::History,
    prelude::*,
    types::{FlyteType, Literal, LiteralType, TypeError},
};

type Result2<T> = Result<T, flyte_runtime::BoxError>;

fn attempt() -> u32 {
    ctx().unwrap().attempt_number()
}

#[task]
fn process_id(text: String) -> (u32, String) {
    (process::id(), text + " there")
}

#[task]
async fn process_id_async() -> u32 {
    tokio::task::yield_now().await;
    process::id()
}

#[task]
fn add(x: u32, y: u32) -> u32 {
    x.wrapping_add(y)
}

#[workflow]
fn both() -> (u32, u32) {
    (process_id_async(), process_id_async())
}

/// Sends a signal to itself, as hardware and people do.
fn signal(name: &str) {
    let id = process::id().to_string();
    // Rust looks at the first segmentation fault, whether it was an overflow of the stack; only the next ends the
    // process.
    for _ in 0..100 {
        Command::new("kill").args([name, &id]).status().unwrap();
        thread::sleep(Duration::from_millis(10));
    }
}

#[task(retries = 1)]
fn segfaults() {
    signal("-SEGV");
}

#[task(retries = 1)]
fn dies_once() -> u32 {
    if attempt() == 0 {
        signal("-KILL");
    }
    attempt()
}

#[task]
fn aborts() {
    process::abort();
}

#[task]
fn exits() {
    process::exit(7);
}

#[task(retries = 1)]
fn panics() {
    panic!("here")
}

#[task(retries = 3)]
fn fatal() -> Result<(), TaskError> {
    Err(TaskError::fatal("no use"))
}

/// Its child outlives it unless the whole group is killed.
#[task(timeout = "300ms")]
fn hangs_with_a_child(note: String) {
    let file: FlyteFile = FlyteFile::create("file").unwrap();
    file.write("left").unwrap();
    fs::write(format!("{note}.file"), file.to_string()).unwrap();
    let script = format!("sleep 2; echo late > {note}");
    let mut child = Command::new("sh").args(["-c", &script]).spawn().unwrap();
    thread::sleep(Duration::from_secs(20));
    child.wait().unwrap();
}

#[task(limits(mem = "200Mi"))]
fn eats_memory() -> usize {
    let mut eaten = Vec::new();
    for _ in 0..200 {
        eaten.push(vec![1_u8; 10 << 20]);
        thread::sleep(Duration::from_millis(5));
    }
    eaten.len()
}

#[task(environment(ISOLATE_TEST = "told"))]
fn variable() -> String {
    std::env::var("ISOLATE_TEST").unwrap_or_default()
}

#[task(retries = 1)]
fn saves() -> Result2<String> {
    let context = flyte_runtime::compat::current_context();
    let checkpoint = context.checkpoint()?;
    if attempt() == 0 {
        checkpoint.write(b"saved")?;
        signal("-KILL");
    }
    Ok(String::from_utf8(checkpoint.read()?.unwrap_or_default())?)
}

#[task]
fn writes() -> Result2<FlyteFile> {
    let file = FlyteFile::create("file")?;
    file.write("written there")?;
    Ok(file)
}

#[task]
fn reads(file: FlyteFile) -> Result2<String> {
    Ok(file.read_to_string()?)
}

#[workflow]
fn hands_a_file_on() -> String {
    reads(writes())
}

/// Its id, and a file.
#[task(cache = "1")]
fn kept() -> Result2<(u32, FlyteFile)> {
    Ok((process::id(), writes()?))
}

#[task(cache = "1")]
fn kept_inside() -> u32 {
    process::id()
}

/// Runs a task in the process that it is in.
#[eager]
async fn starts_inside() -> Result<u32, RunError> {
    kept_inside::call().await
}

#[dynamic]
fn builds(x: u32) -> u32 {
    add(x, 1)
}

fn error<T: std::fmt::Debug>(result: Result<T, RunError>) -> String {
    result.unwrap_err().to_string()
}

fn isolated() -> Runner {
    Runner::local().isolate(true).jobs(2)
}

#[track_caller]
fn says(text: &str, part: &str) {
    assert!(text.contains(part), "{text}");
}

fn values_go_there_and_come_back() {
    let (there, text) = isolated().run(process_id::call("it was".into())).unwrap();
    assert_eq!(text, "it was there");
    assert_ne!(there, process::id());
    let (one, other) = isolated().run(both::call()).unwrap();
    assert!(one != other && one != process::id());
    assert_eq!(isolated().run(builds::call(1)).unwrap(), 2);
    assert_eq!(isolated().run(variable::call()).unwrap(), "told");
    assert_eq!(
        isolated().run(hands_a_file_on::call()).unwrap(),
        "written there"
    );
}

fn a_process_that_dies_is_one_failed_attempt() {
    let text = error(isolated().run(segfaults::call()));
    says(&text, "in each of 2 attempts");
    says(&text, "ended by signal 11 (SIGSEGV: a segmentation fault)");
    assert_eq!(isolated().run(dies_once::call()).unwrap(), 1);
    says(&error(isolated().run(aborts::call())), "signal 6 (SIGABRT");
    says(
        &error(isolated().run(exits::call())),
        "has left neither outputs nor an error",
    );
}

fn errors_say_the_same_as_here() {
    let text = error(isolated().run(panics::call()));
    says(&text, "in each of 2 attempts");
    says(&text, "isolate/main.rs");
    says(&text, ": here");
    let text = error(isolated().run(fatal::call()));
    says(&text, "no use");
    assert!(!text.contains("attempts"), "{text}");
}

fn a_process_is_killed_with_all_that_it_started() {
    let directory = std::env::temp_dir().join(format!("flyte-isolate-{}", process::id()));
    fs::create_dir_all(&directory).unwrap();
    let note = directory.join("note");
    let before = Instant::now();
    let call = hangs_with_a_child::call(note.display().to_string());
    says(
        &error(isolated().run(call.clone())),
        "timed out after 300ms",
    );
    assert!(before.elapsed() < Duration::from_secs(10));
    let file = fs::read_to_string(directory.join("note.file")).unwrap();
    assert!(!Path::new(&file).exists(), "{file} is left");

    let token = CancellationToken::new();
    let run = {
        let runner = isolated().cancellation(&token);
        thread::spawn(move || runner.run(segfaults_never::call()))
    };
    thread::sleep(Duration::from_millis(100));
    token.cancel();
    assert!(matches!(
        run.join().unwrap(),
        Err(RunError::Cancelled { .. })
    ));

    thread::sleep(Duration::from_millis(2_500));
    assert!(!note.exists(), "the child has outlived the attempt");
    fs::remove_dir_all(&directory).unwrap();
}

#[task]
fn segfaults_never() {
    thread::sleep(Duration::from_secs(20));
}

/// Also by what is run inside of the process.
fn results_are_kept_as_the_run_says() {
    let directory = TempSandbox::new();
    let cache = Cache::at(directory.create().unwrap());
    let runner = isolated().cache(cache.clone());
    let (first, _) = runner.run(kept::call()).unwrap();
    let (second, file) = runner.run(kept::call()).unwrap();
    assert!(first == second && first != process::id());
    assert_eq!(file.read_to_string().unwrap(), "written there");
    let inside = || runner.run(starts_inside::call()).unwrap();
    assert_eq!(inside(), inside());
    let other = runner.clone().cache_mode(CacheMode::Refresh);
    let refreshed = other.run(starts_inside::call()).unwrap();
    assert_eq!(inside(), refreshed);
    let off = runner.clone().cache_mode(CacheMode::Off);
    assert_ne!(off.run(starts_inside::call()).unwrap(), refreshed);
    assert_eq!(cache.stats().unwrap().entries, 2);
}

#[task(cache = "1")]
fn kept_file() -> Result2<FlyteFile> {
    writes()
}

/// A file that another process cleans the cache beside in the moment in which it is handed on.
#[derive(Clone, Debug)]
struct HandedOn(FlyteFile);

impl FlyteType for HandedOn {
    fn literal_type() -> LiteralType {
        <FlyteFile>::literal_type()
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        // The process of the attempt is told in its arguments where the cache is.
        let arguments: Vec<_> = std::env::args().collect();
        let told = |name: &str| arguments.iter().position(|argument| argument == name);
        if told("--isolated").is_some() {
            let cache = &arguments[told("FLYTE_LOCAL_CACHE_DIR").unwrap() + 1];
            let evicted = Cache::at(cache).clear(None).unwrap();
            assert_eq!((evicted.in_use, evicted.entries), (1, 0));
        }
        self.0.to_literal()
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        <FlyteFile>::from_literal(literal).map(Self)
    }
}

#[eager]
async fn hands_on() -> Result<HandedOn, RunError> {
    kept_file::call().await.map(HandedOn)
}

fn files_of_the_cache_stay_until_they_are_handed_on() {
    let directory = TempSandbox::new();
    let cache = Cache::at(directory.create().unwrap());
    let runner = isolated().cache(cache.clone());
    runner.run(kept_file::call()).unwrap();
    let HandedOn(file) = runner.run(hands_on::call()).unwrap();
    assert_eq!(file.read_to_string().unwrap(), "written there");
    assert_eq!(cache.clear(None).unwrap().entries, 1);
}

/// Tells who it is and whom it has started, and does not end.
#[task]
fn stays(note: String) -> Result2<()> {
    let mut text = String::new();
    std::io::Read::read_to_string(&mut std::io::stdin(), &mut text)?;
    assert!(text.is_empty());
    let mut child = Command::new("sleep").arg("60").spawn()?;
    let aside = format!("{note}.new");
    fs::write(&aside, format!("{} {}", process::id(), child.id()))?;
    fs::rename(aside, note)?;
    child.wait()?;
    Ok(())
}

fn is_running(process: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = status.rsplit_once(") ").map(|(_, rest)| rest.as_bytes()[0]);
    // One that has ended may be waited for by nobody.
    state.is_some_and(|state| state != b'Z')
}

fn waits_until(mut there: impl FnMut() -> bool) {
    let before = Instant::now();
    while !there() {
        assert!(before.elapsed() < Duration::from_secs(30));
        thread::sleep(Duration::from_millis(10));
    }
}

/// A `kill -9` of the program leaves nothing running that it has started.
fn a_process_ends_with_the_program() {
    let directory = TempSandbox::new();
    let note = directory.create().unwrap().join("note");
    let mut program = Command::new(std::env::current_exe().unwrap())
        .args(["run", "--no-history", "--isolate", "stays", "--note"])
        .arg(&note)
        .stdin(process::Stdio::null())
        .spawn()
        .unwrap();
    waits_until(|| note.exists());
    let told = fs::read_to_string(&note).unwrap();
    let processes: Vec<_> = told.split(' ').collect();
    assert!(processes.len() == 2 && processes.iter().all(|process| is_running(process)));
    program.kill().unwrap();
    program.wait().unwrap();
    waits_until(|| !processes.iter().any(|process| is_running(process)));
}

fn memory_is_limited() {
    let text = error(isolated().run(eats_memory::call()));
    says(&text, "more than the 209715200 that the task asks for");
}

/// What is printed in this process cannot be told from what others print; what is printed in a process of its own can.
fn what_an_attempt_prints_is_recorded_with_it() {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    let runner = isolated().history(&history);
    assert_eq!(runner.run(prints_twice::call(3)).unwrap(), 2);
    let run = history.run("last").unwrap();
    for number in 0..3 {
        let [a, b] = ["n0", "n1"].map(|node| run.node(node).unwrap());
        for (node, x) in [(a, 3), (b, 1)] {
            let written = &node.tried[number].lines;
            // Each has its own, and nothing of others.
            for to in ["out", "err"] {
                says(&written.first, &format!("{to}: {x} in attempt {number}\n"));
            }
            assert_eq!(written.first.matches(" in attempt ").count(), 2);
            assert!(written.last.is_empty());
        }
    }
}

#[task(retries = 2)]
fn prints_and_fails(x: u32) -> Result<u32, String> {
    println!("out: {x} in attempt {}", attempt());
    eprintln!("err: {x} in attempt {}", attempt());
    match attempt() {
        2 => Ok(1),
        _ => Err("again".to_owned()),
    }
}

#[workflow]
fn prints_twice(x: u32) -> u32 {
    add(prints_and_fails(x), prints_and_fails(1))
}

fn a_checkpoint_survives_the_process() {
    assert_eq!(isolated().run(saves::call()).unwrap(), "saved");
}

fn a_program_that_does_not_know_what_it_is_started_for_is_told() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["flyte-execute", "--isolated", "A", "b", "--", "task", "a"])
        .env("FLYTE_TEST_FORGETS", "1")
        .output()
        .unwrap();
    says(
        &String::from_utf8(child.stdout).unwrap(),
        "return `flyte_runtime::main()` from `main`",
    );
}

fn the_command_line_has_an_option() {
    let program: PathBuf = std::env::current_exe().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(Path::new(&program))
            .env("FLYTE_HISTORY", "off")
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(run(&["run", "--isolate", "variable"]).trim(), "told");
    assert_eq!(run(&["run", "variable"]).trim(), "");
}

fn main() -> ExitCode {
    if std::env::var_os("FLYTE_TEST_FORGETS").is_some() {
        println!("{}", error(isolated().run(variable::call())));
        return ExitCode::SUCCESS;
    }
    // `cargo test` may give options of its harness; commands are ours.
    let command = std::env::args().nth(1).unwrap_or_default();
    if ["flyte-execute", "run"].contains(&&*command) {
        return flyte_runtime::main();
    }
    let tests: [(&str, fn()); 30] = [
        (
            "values_go_there_and_come_back",
            values_go_there_and_come_back,
        ),
        (
            "a_process_that_dies_is_one_failed_attempt",
            a_process_that_dies_is_one_failed_attempt,
        ),
        ("errors_say_the_same_as_here", errors_say_the_same_as_here),
        (
            "a_process_is_killed_with_all_that_it_started",
            a_process_is_killed_with_all_that_it_started,
        ),
        (
            "results_are_kept_as_the_run_says",
            results_are_kept_as_the_run_says,
        ),
        (
            "files_of_the_cache_stay_until_they_are_handed_on",
            files_of_the_cache_stay_until_they_are_handed_on,
        ),
        ("memory_is_limited", memory_is_limited),
        (
            "what_an_attempt_prints_is_recorded_with_it",
            what_an_attempt_prints_is_recorded_with_it,
        ),
        (
            "a_checkpoint_survives_the_process",
            a_checkpoint_survives_the_process,
        ),
        (
            "a_program_that_does_not_know_what_it_is_started_for_is_told",
            a_program_that_does_not_know_what_it_is_started_for_is_told,
        ),
        (
            "the_command_line_has_an_option",
            the_command_line_has_an_option,
        ),
        (
            "a_process_ends_with_the_program",
            a_process_ends_with_the_program,
        ),
        (
            "what_a_task_leaves_ends_with_it",
            left::what_a_task_leaves_ends_with_it,
        ),
        (
            "the_output_of_a_run_is_not_held",
            left::the_output_of_a_run_is_not_held,
        ),
        (
            "what_a_task_starts_is_not_an_attempt",
            left::what_a_task_starts_is_not_an_attempt,
        ),
        (
            "a_process_has_the_secrets_of_its_task",
            left::a_process_has_the_secrets_of_its_task,
        ),
        (
            "the_variable_of_a_secret_is_that_of_a_process",
            left::the_variable_of_a_secret_is_that_of_a_process,
        ),
        (
            "prints_of_tasks_are_not_results",
            left::prints_of_tasks_are_not_results,
        ),
        (
            "errors_that_are_broken_are_failed_attempts",
            errors::errors_that_are_broken_are_failed_attempts,
        ),
        (
            "first_saves_that_are_killed_lose_nothing",
            kills::first_saves_that_are_killed_lose_nothing,
        ),
        (
            "isolated_attempts_that_are_killed_lose_nothing",
            kills::isolated_attempts_that_are_killed_lose_nothing,
        ),
        (
            "isolated_runs_that_are_killed_and_resumed_lose_nothing",
            kills::isolated_runs_that_are_killed_and_resumed_lose_nothing,
        ),
        (
            "what_outlives_runs_is_for_the_user_only",
            kills::what_outlives_runs_is_for_the_user_only,
        ),
        (
            "an_isolated_dynamic_task_leaves_nothing_to_a_cluster",
            container::an_isolated_dynamic_task_leaves_nothing_to_a_cluster,
        ),
        (
            "a_graph_for_a_cluster_needs_remote",
            container::a_graph_for_a_cluster_needs_remote,
        ),
        ("options_of_tasks", truth_table::options_of_tasks),
        ("options_of_workflows", truth_table::options_of_workflows),
        (
            "options_of_launch_plans",
            truth_table::options_of_launch_plans,
        ),
        ("overrides_of_nodes", truth_table::overrides_of_nodes),
        (
            "overrides_of_nodes_that_are_workflows",
            truth_table::overrides_of_nodes_that_are_workflows,
        ),
    ];
    // A part of the names of those that are wanted, as the harness takes it.
    let wanted = if command.starts_with('-') {
        ""
    } else {
        &command
    };
    for (name, test) in tests.iter().filter(|(name, _)| name.contains(wanted)) {
        test();
        println!("test {name} ... ok");
    }
    ExitCode::SUCCESS
}
