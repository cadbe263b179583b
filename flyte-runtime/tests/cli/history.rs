//! What the command line records of runs, shows of them, and goes on with.

#![allow(clippy::unwrap_used, reason = "a test shows what failed")]

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use flyte_runtime::{Registry, cli::Cli, files::TempSandbox, history::History, prelude::*};

/// How often the input that one test alone has, 4, was doubled.
static DOUBLED: AtomicU32 = AtomicU32::new(0);

#[task(name = "double")]
fn double_counted(x: i64) -> i64 {
    if x == 4 {
        DOUBLED.fetch_add(1, Relaxed);
    }
    2 * x
}

/// Fails as long as a file is not there.
#[task(name = "check")]
fn checks(file: String, x: i64) -> Result<i64, &'static str> {
    match Path::new(&file).exists() {
        true => Ok(x),
        false => Err("the file is not there"),
    }
}

#[workflow(name = "checked")]
fn checked(file: String, #[default(4)] x: i64) -> i64 {
    checks(file, double_counted(x))
}

#[task(name = "triple")]
fn triples(x: i64) -> i64 {
    3 * x
}

#[workflow(name = "chosen")]
fn chosen(x: i64) -> i64 {
    if x > 3 { triples(x) } else { x }
}

/// Makes a file where it is told to.
#[task(name = "make")]
fn makes(made: String) -> Result<FlyteFile, std::io::Error> {
    fs::write(&made, "four")?;
    Ok(FlyteFile::from_path(made))
}

#[task(name = "measure")]
fn measures(file: String, made: FlyteFile) -> Result<u64, String> {
    match Path::new(&file).exists() {
        true => made.size().map_err(|error| error.to_string()),
        false => Err("the file is not there".into()),
    }
}

#[workflow(name = "made")]
fn made(file: String, made: String) -> u64 {
    measures(file, makes(made))
}

fn run(history: Option<&History>, args: &[&str]) -> (String, String, u8) {
    let registry = Registry::builder()
        .with::<double_counted>()
        .with::<checks>()
        .with::<checked>()
        .with::<triples>()
        .with::<chosen>()
        .with::<makes>()
        .with::<measures>()
        .with::<made>()
        .build()
        .unwrap();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut cli = Cli::new(&registry);
    if let Some(history) = history {
        cli = cli.history(history);
    }
    let exit = cli.run(["app"].iter().chain(args), &mut stdout, &mut stderr);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(stdout), text(stderr), exit.code())
}

#[test]
fn a_branch_is_shown_as_one() {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    run(Some(&history), &["run", "chosen", "--x", "4"]);
    let (shown, _, _) = run(Some(&history), &["runs", "show", "last"]);
    let nodes: Vec<Vec<_>> = shown
        .lines()
        .skip_while(|line| *line != "nodes:")
        .skip(1)
        .map(|line| line.split_whitespace().collect())
        .collect();
    let named: Vec<_> = nodes.iter().map(|node| (node[0], node[4])).collect();
    assert_eq!(named, [("n0", "branch"), ("n0/n0", "triple")], "{shown}");
}

#[test]
fn a_failed_run_says_how_to_go_on_and_does() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let history = History::in_dir(directory.join("history"));
    let file = directory.join("file");
    let path = file.to_str().unwrap();
    let (_, stderr, code) = run(Some(&history), &["run", "checked", "--file", path]);
    assert_eq!(code, 1);
    let id = history.runs().unwrap()[0].id().to_owned();
    let hint = format!("To resume it, run 'app run --resume {id}'.\n");
    assert!(stderr.ends_with(&hint), "{stderr}");

    let (list, _, _) = run(Some(&history), &["runs", "list"]);
    assert!(list.starts_with(&format!("{id}  failed")), "{list}");
    assert!(list.trim_end().ends_with("checked"), "{list}");
    let (shown, _, _) = run(Some(&history), &["runs", "show", "last"]);
    for line in [
        "  x     4\n",
        "  node `n1` failed: the file is not there\n",
        "  n0  succeeded",
        "  n1  failed",
    ] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    let (json, _, _) = run(Some(&history), &["runs", "show", &id, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["status"], "failed");
    assert_eq!(json["nodes"][0]["outputs"]["o0"], 8);

    // Another input is another run.
    let (_, stderr, code) = run(
        Some(&history),
        &[
            "run", "--resume", &id, "checked", "--file", path, "--x", "5",
        ],
    );
    assert_eq!(code, 2);
    assert!(stderr.contains("its input `x` was another"), "{stderr}");
    fs::write(&file, "").unwrap();
    let resumed = run(Some(&history), &["run", "--resume", &id]);
    assert_eq!(resumed, ("8\n".into(), String::new(), 0));
    assert_eq!(DOUBLED.load(Relaxed), 1);
    // The options may stand behind the name, too.
    let again = run(
        Some(&history),
        &[
            "run", "checked", "--resume", "last", "--json", "--file", path,
        ],
    );
    assert_eq!(again, ("{\"o0\":8}\n".into(), String::new(), 0));
    assert_eq!(DOUBLED.load(Relaxed), 1);
    let (removed, _, _) = run(Some(&history), &["runs", "prune", "--keep", "0"]);
    assert_eq!(removed, "1 removed\n");
    assert_eq!(run(Some(&history), &["runs", "list"]).0, "");
}

/// Inputs that are not given are what they were, also where there are defaults; those that are given are compared.
#[test]
fn a_run_goes_on_by_its_name_with_the_inputs_that_it_had() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let history = History::in_dir(directory.join("history"));
    let file = directory.join("file");
    let path = file.to_str().unwrap();
    let first = ["run", "checked", "--file", path, "--x", "50"];
    assert_eq!(run(Some(&history), &first).2, 1);
    fs::write(&file, "").unwrap();
    let resume = |args: &[&str]| {
        run(
            Some(&history),
            &[&["run", "--resume", "last"], args].concat(),
        )
    };
    for (args, expected) in [
        (&["checked", "--x", "4"][..], "its input `x` was another"),
        (
            &["check"],
            "it was a run of `checked`, and this is one of `check`; start a new run instead",
        ),
    ] {
        let (_, stderr, code) = resume(args);
        assert!(code == 2 && stderr.contains(expected), "{stderr}");
    }
    assert_eq!(resume(&["checked"]), ("100\n".into(), String::new(), 0));
    let id = history.runs().unwrap()[0].id().to_owned();
    let behind = ["run", "checked", "--resume", &id, "--x", "50"];
    assert_eq!(run(Some(&history), &behind).0, "100\n");
}

#[test]
fn what_is_no_id_of_a_run_says_what_is() {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    for _ in 0..4 {
        run(Some(&history), &["run", "check", "--file", ".", "--x", "1"]);
    }
    let last = history.run("last").unwrap().id().to_owned();
    let mistake = |args: &[&str]| {
        let (_, stderr, code) = run(Some(&history), args);
        assert_eq!(code, 2, "{stderr}");
        stderr
    };
    let named = mistake(&["run", "--resume", "check"]);
    assert!(
        named.starts_with(
            "error: `--resume` wants the id of a run, or `last`, and `check` is the name of something to run; \
             'app runs list' shows the ids\n"
        ),
        "{named}"
    );
    let nameless = mistake(&["run", "--resume", "last", "--x", "1"]);
    assert!(
        nameless
            .contains("tip: inputs stand behind a name, as in 'app run --resume ID NAME --x 3'"),
        "{nameless}"
    );
    let begins = last[..2].to_owned();
    for args in [["run", "--resume", &begins], ["runs", "show", &begins]] {
        let several = mistake(&args);
        let start = format!("error: which run is `{begins}`? 4 in ");
        assert!(several.starts_with(&start), "{several}");
        let end = format!(" begin so: `{last}`, ");
        assert!(several.contains(&end), "{several}");
        assert!(
            several.ends_with("`, ..; write more of the id\n"),
            "{several}"
        );
    }
    let unknown = mistake(&["run", "--resume", "ünknown/../*"]);
    assert!(
        unknown.contains("there is no run `ünknown/../*` in ")
            && unknown.contains("`runs list` shows those there are"),
        "{unknown}"
    );
}

#[test]
fn a_run_is_not_recorded_where_that_is_not_wanted_or_not_possible() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let history = History::in_dir(directory.join("history"));
    let args = ["run", "--no-history", "check", "--file", ".", "--x", "1"];
    assert_eq!(run(Some(&history), &args), ("1\n".into(), String::new(), 0));
    assert!(history.runs().unwrap().is_empty());
    let args = [
        "run",
        "--no-history",
        "--resume",
        "last",
        "check",
        "--file",
        ".",
        "--x",
        "1",
    ];
    let (_, stderr, code) = run(Some(&history), &args);
    assert_eq!(code, 2);
    let expected = "error: `--resume` goes on with a recorded run, which `--no-history` is not";
    assert!(stderr.starts_with(expected), "{stderr}");
}

#[test]
fn a_run_that_cannot_be_recorded_runs_and_says_so() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let file = directory.join("no_directory");
    fs::write(&file, "").unwrap();
    let history = History::in_dir(&file);
    for x in ["1", "2"] {
        let path = if x == "1" { "." } else { "/nowhere" };
        let args = ["run", "check", "--file", path, "--x", x];
        let (stdout, stderr, code) = run(Some(&history), &args);
        let note = "note: the run is not recorded, and cannot be shown or resumed: the history in ";
        assert!(stderr.starts_with(note), "{stderr}");
        assert!(!stderr.contains("To go on"), "{stderr}");
        match x {
            "1" => assert_eq!((stdout.as_str(), code), ("1\n", 0)),
            _ => assert!(code == 1 && stderr.contains("\nerror: "), "{stderr}"),
        }
    }
}

/// What a user should know is told, also where no progress is.
#[test]
fn a_node_that_runs_again_is_told_of() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let history = History::in_dir(directory.join("history"));
    let (file, made) = (directory.join("file"), directory.join("made"));
    let args = [
        "run",
        "made",
        "--file",
        file.to_str().unwrap(),
        "--made",
        made.to_str().unwrap(),
    ];
    assert_eq!(run(Some(&history), &args).2, 1);
    fs::remove_file(&made).unwrap();
    fs::write(&file, "").unwrap();
    let resumed = run(Some(&history), &["run", "--resume", "last"]);
    let note = format!(
        "note: n0: it runs again, because in output `o0`, {} is not there any more\n",
        made.display()
    );
    assert_eq!(resumed, ("4\n".into(), note, 0));
}

#[test]
fn runs_are_removed_by_number_age_and_size() {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    for _ in 0..3 {
        run(Some(&history), &["run", "check", "--file", ".", "--x", "1"]);
    }
    let prune = |args: &[&str]| run(Some(&history), &[&["runs", "prune"], args].concat());
    assert_eq!(
        prune(&["--older-than", "30d", "--max-size", "1Gi"]).0,
        "0 removed\n"
    );
    assert_eq!(
        prune(&["--keep", "2", "--older-than", "1d"]).0,
        "1 removed\n"
    );
    assert_eq!(prune(&["--json", "--max-size", "0"]).0, "{\"removed\":2}\n");
    let (_, stderr, code) = prune(&[]);
    assert!(code == 2 && stderr.contains("--older-than"), "{stderr}");
    let (_, stderr, code) = prune(&["--older-than", "soon"]);
    assert!(code == 2 && stderr.contains("soon"), "{stderr}");
}

#[test]
fn what_is_not_recorded_is_a_clear_error() {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    for args in [
        &["runs", "show", "last"][..],
        &["run", "--resume", "last"],
        &["run", "check", "--resume", "2", "--file", ".", "--x", "1"],
    ] {
        let (_, stderr, code) = run(Some(&history), args);
        assert_eq!(code, 2);
        assert!(stderr.contains("no run is recorded there"), "{stderr}");
        let (_, stderr, code) = run(None, args);
        assert_eq!(code, 1);
        assert!(stderr.contains("no runs are recorded"), "{stderr}");
    }
}

#[test]
fn events_go_to_a_file_as_json() {
    let sandbox = TempSandbox::new();
    let path = sandbox.create().unwrap().join("events");
    let path = path.to_str().unwrap();
    let args = ["run", "--events", path, "check", "--file", ".", "--x", "1"];
    assert_eq!(run(None, &args).2, 0);
    let text = fs::read_to_string(path).unwrap();
    let events: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events.first().unwrap()["event"], "run_started");
    assert_eq!(events.last().unwrap()["state"], "succeeded");
    let args = ["run", "--events", "/", "check", "--file", ".", "--x", "1"];
    let (_, stderr, code) = run(None, &args);
    assert_eq!(code, 1);
    assert!(stderr.contains("events cannot be written to /"), "{stderr}");
}

#[test]
fn runs_that_cannot_be_read_are_told_of() {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    let args = ["run", "check", "--file", ".", "--x", "1"];
    run(Some(&history), &args);
    run(Some(&history), &args);
    let last = history.run("last").unwrap();
    fs::write(last.directory().join("log"), "flyte-history 7\n").unwrap();
    let (listed, stderr, code) = run(Some(&history), &["runs", "list"]);
    assert_eq!((listed.lines().count(), code), (1, 0));
    assert!(
        stderr.starts_with("note: the history in ") && stderr.contains(last.id()),
        "{stderr}"
    );
    assert!(
        stderr.contains("another release has written it"),
        "{stderr}"
    );
}

/// It is told of wherever it is asked for, and nothing happens to it before a user removes it by its id.
#[test]
fn a_run_of_another_format_is_removed_by_its_id_alone() {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    run(
        Some(&history),
        &["run", "check", "--file", "/nowhere", "--x", "1"],
    );
    let other = history.run("last").unwrap();
    let log = other.directory().join("log");
    fs::write(&log, "flyte-history 1\nas it was then").unwrap();
    let expected = format!(
        "the history in {}: it is of format 1, and this release reads format 4; another release has written it\n",
        other.directory().display()
    );
    let listed = run(Some(&history), &["runs", "list"]);
    assert_eq!(listed, (String::new(), format!("note: {expected}"), 0));
    for args in [
        &["runs", "show", "last"][..],
        &["run", "--resume", "last"],
        &["run", "--resume", other.id(), "check"],
    ] {
        let (stdout, stderr, code) = run(Some(&history), args);
        assert!(stdout.is_empty() && code != 0, "{stdout}");
        assert!(stderr.ends_with(&expected), "{stderr}");
    }
    let pruned = run(
        Some(&history),
        &["runs", "prune", "--keep", "0", "--max-size", "0"],
    );
    assert_eq!(pruned.0, "0 removed\n");
    assert_eq!(
        fs::read_to_string(&log).unwrap(),
        "flyte-history 1\nas it was then"
    );
    let pruned = run(Some(&history), &["runs", "prune", &other.id()[..17]]);
    assert_eq!(pruned, ("1 removed\n".to_owned(), String::new(), 0));
    assert!(!other.directory().exists());
    let (_, stderr, code) = run(Some(&history), &["runs", "prune", other.id()]);
    assert!(
        code == 2 && stderr.contains("there is no run `"),
        "{stderr}"
    );
}

/// Also that is nothing a run should end for, but not for nothing either.
#[cfg(target_os = "linux")]
#[test]
fn events_that_cannot_be_written_are_told_of() {
    let args = [
        "run",
        "--events",
        "/dev/full",
        "check",
        "--file",
        ".",
        "--x",
        "1",
    ];
    let (stdout, stderr, code) = run(None, &args);
    assert_eq!((&*stdout, code), ("1\n", 0));
    let note = "note: events cannot be written to /dev/full any more: No space left on device";
    assert!(
        stderr.starts_with(note) && stderr.lines().count() == 1,
        "{stderr}"
    );
}

#[test]
fn pages_that_cannot_be_written_are_an_error_before_anything_runs() {
    let sandbox = TempSandbox::new();
    let file = sandbox.create().unwrap().join("no_directory");
    fs::write(&file, "").unwrap();
    let deck = file.to_str().unwrap();
    let args = ["run", "--deck", deck, "check", "--file", ".", "--x", "1"];
    let (stdout, stderr, code) = run(None, &args);
    assert_eq!((&*stdout, code), ("", 1));
    let error = format!("error: pages cannot be written to {deck}: ");
    assert!(stderr.starts_with(&error), "{stderr}");
}
