//! The command line: `register`, `run --remote`, `runs --remote` and `config show`.

use std::{
    collections::BTreeSet,
    fs, thread,
    time::{Duration, Instant},
};

use flyte_runtime::{
    Registry,
    cli::{Cli, Exit},
    history::History,
    testing::cluster::ControlPlane,
};
use serde_json::Value as Json;

use crate::plane;

pub(crate) struct Said {
    pub(crate) exit: Exit,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    #[track_caller]
    pub(crate) fn json(&self) -> Json {
        assert_eq!(self.exit, Exit::Success, "{}", self.stderr);
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// What a command says, with the options that lead to the cluster behind it.
pub(crate) fn say(plane: &ControlPlane, command: &str) -> Said {
    let address = plane.address().to_string();
    said(with_address(command, &address))
}

/// The same where runs are recorded.
pub(crate) fn say_with(history: &History, plane: &ControlPlane, command: &str) -> Said {
    let address = plane.address().to_string();
    let cli = Cli::new(Registry::of_program()).history(history);
    said_by(&cli, with_address(command, &address))
}

/// What a command about this machine says.
pub(crate) fn say_here(history: &History, command: &str) -> Said {
    let cli = Cli::new(Registry::of_program()).history(history);
    said_by(&cli, ["app"].into_iter().chain(command.split_whitespace()))
}

fn with_address<'a>(command: &'a str, address: &'a str) -> impl Iterator<Item = &'a str> {
    let words = command.split_whitespace();
    let all = ["app"].into_iter().chain(words);
    all.chain(["--endpoint", address, "--insecure"])
}

pub(crate) fn said<'a>(words: impl Iterator<Item = &'a str>) -> Said {
    said_by(&Cli::new(Registry::of_program()), words)
}

pub(crate) fn said_by<'a>(cli: &Cli<'_>, words: impl Iterator<Item = &'a str>) -> Said {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = cli.run(words, &mut stdout, &mut stderr);
    Said {
        exit,
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

#[test]
fn register_tells_what_was_sent() {
    let plane = plane();
    let first = say(&plane, "register --image tests:v1");
    assert_eq!(first.exit, Exit::Success, "{}", first.stderr);
    assert!(
        first
            .stdout
            .contains("registered  task         flyte_remote.square\n"),
        "{}",
        first.stdout
    );
    assert!(first.stdout.contains("activated  flyte_remote.from_six\n"));
    let second = say(&plane, "register --image tests:v1 --json").json();
    assert_eq!((&second["sent"], &second["bytes"]), (&0.into(), &0.into()));
    let part = say(
        &plane,
        "register hypotenuse --image tests:v1 --version v7 --dry-run",
    );
    assert!(
        part.stdout
            .ends_with("version v7: 4 of 4 entities to be sent\n"),
        "{}",
        part.stdout
    );
    let unknown = say(&plane, "register hypotenus --image tests:v1");
    assert_eq!(unknown.exit, Exit::Usage);
    assert!(unknown.stderr.contains("hypotenuse"), "{}", unknown.stderr);
}

#[test]
fn a_conflict_is_shown_with_its_place() {
    let plane = plane();
    say(&plane, "register square --image tests:v1 --version v1");
    let conflict = say(&plane, "register square --image tests:v2 --version v1");
    assert_eq!(conflict.exit, Exit::Failed);
    let text = &conflict.stderr;
    assert!(text.starts_with("error: the task `flyte_remote.square` is registered with another structure as v1\n  --> "), "{text}");
    assert!(
        text.contains("\n  target.image\n    - \"tests:v1\"\n    + \"tests:v2\"\n"),
        "{text}"
    );
    let json = say(
        &plane,
        "register square --image tests:v2 --version v1 --json",
    );
    assert!(
        json.stdout.contains("\"kind\":\"conflict\""),
        "{}",
        json.stdout
    );
}

#[test]
fn a_run_on_a_cluster_prints_what_one_here_prints() {
    let plane = plane();
    let there = say(
        &plane,
        "run hypotenuse --b 4 --remote --image tests:v1 --wait",
    );
    let here = said(["app", "run", "hypotenuse", "--b", "4"].into_iter());
    assert_eq!(
        (there.exit, &*there.stdout),
        (Exit::Success, &*here.stdout),
        "{}",
        there.stderr
    );
    assert!(
        there.stderr.contains("registered 4 entities as "),
        "{}",
        there.stderr
    );
    let url = format!(
        "http://{}/console/projects/flytesnacks/domains/development/executions/f",
        plane.address()
    );
    assert!(there.stderr.contains(&url), "{}", there.stderr);
    let json = say(
        &plane,
        "run nested --b 8 --remote --image tests:v1 --wait --json",
    );
    assert_eq!(json.json(), serde_json::json!({"o0": 73, "o1": 100}));
    let failed = say(
        &plane,
        "run doomed --text gold --remote --image tests:v1 --wait",
    );
    assert_eq!(failed.exit, Exit::Failed);
    assert!(
        failed.stderr.contains("gold is not to be had"),
        "{}",
        failed.stderr
    );
}

#[test]
fn executions_are_listed_shown_fetched_and_aborted() {
    let plane = plane();
    let started = say(
        &plane,
        "run hypotenuse --b 4 --remote --image tests:v1 --run-name mine --label team=a --cluster-pool gpu",
    );
    assert_eq!(
        (started.exit, &*started.stdout),
        (Exit::Success, "mine\n"),
        "{}",
        started.stderr
    );
    let spec = plane.spec("mine").unwrap();
    assert!(spec.contains("cluster_pool_name: \"gpu\""), "{spec}");
    let watched = say(&plane, "runs watch mine --remote");
    assert!(
        watched
            .stdout
            .starts_with("mine of flyte_remote.hypotenuse "),
        "{}",
        watched.stderr
    );
    let shown = say(&plane, "runs show mine --remote --json").json();
    assert_eq!(shown["status"], "succeeded");
    // Which of the first two begins first is not said.
    let nodes = shown["nodes"].as_array().unwrap().iter();
    let nodes: BTreeSet<_> = nodes.map(|node| node["node"].as_str().unwrap()).collect();
    assert_eq!(nodes, BTreeSet::from(["n0", "n1", "n2"]));
    assert_eq!(say(&plane, "runs outputs mine --remote").stdout, "25\n");
    let taken = say(
        &plane,
        "run hypotenuse --b 5 --remote --image tests:v1 --run-name mine",
    );
    assert_eq!(taken.exit, Exit::Usage);
    assert!(
        taken.stderr.contains("there is an execution mine already"),
        "{}",
        taken.stderr
    );
    say(
        &plane,
        "run endless --seconds 60 --remote --image tests:v1 --run-name other",
    );
    assert_eq!(
        say(&plane, "runs abort other --remote").stdout,
        "other is being ended\n"
    );
    let ended = say(&plane, "runs watch other --remote");
    assert_eq!(ended.exit, Exit::Failed);
    assert!(
        ended.stderr.contains("execution other was aborted"),
        "{}",
        ended.stderr
    );
    let list = say(&plane, "runs list --remote --json").json();
    let names: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["other", "mine"]);
    let gone = say(&plane, "runs show nobody --remote");
    assert!(
        gone.stderr.contains("has no execution `nobody`"),
        "{}",
        gone.stderr
    );
    // What has ended stays what it is.
    let again = say(&plane, "runs abort other --remote");
    assert_eq!(
        (again.exit, &*again.stdout),
        (Exit::Success, "other was aborted before\n")
    );
    let over = say(&plane, "runs abort mine --remote");
    assert_eq!((over.exit, &*over.stdout), (Exit::Failed, ""));
    assert_eq!(
        over.stderr,
        "error: execution mine has already ended (succeeded), so there is nothing to abort\n"
    );
    let json = say(&plane, "runs abort mine --remote --json");
    assert!(json.stdout.contains(r#""kind":"over""#), "{}", json.stdout);
}

#[test]
fn options_of_the_other_place_are_refused() {
    let plane = plane();
    let local = say(
        &plane,
        "run square --x 3 --jobs 2 --remote --image tests:v1",
    );
    assert_eq!(local.exit, Exit::Usage);
    assert!(
        local
            .stderr
            .contains("`--jobs` is for runs on this machine"),
        "{}",
        local.stderr
    );
    let remote = said(["app", "run", "square", "--x", "3", "--tag", "a"].into_iter());
    assert!(
        remote
            .stderr
            .contains("`--tag` is for runs on a cluster; give `--remote`, too")
    );
    let without = said(["app", "runs", "watch", "mine"].into_iter());
    assert_eq!(without.exit, Exit::Usage);
    assert!(without.stderr.contains("--remote"), "{}", without.stderr);
}

#[test]
fn options_that_mean_nothing_are_refused() {
    let plane = plane();
    for (command, expected) in [
        (
            "runs list --remote --limit 0",
            "write a whole number from 1 on",
        ),
        (
            "entities versions square --limit few",
            "write a whole number from 1 on",
        ),
        (
            "run square --x 3 --remote --image tests:v1 --wait --no-wait",
            "cannot be used with",
        ),
    ] {
        let said = say(&plane, command);
        assert_eq!(said.exit, Exit::Usage, "{command}");
        assert!(said.stderr.contains(expected), "{}", said.stderr);
    }
}

/// As `doctor` looks for it.
#[test]
fn the_default_image_of_the_settings_is_used() {
    let plane = plane();
    let file = plane.directory().join("config.yaml");
    fs::write(&file, "images:\n  default: tests:v7\n").unwrap();
    let config = file.display();
    let registered = say(
        &plane,
        &format!("register square --version v1 --config {config}"),
    );
    assert_eq!(registered.exit, Exit::Success, "{}", registered.stderr);
    let shown = say(&plane, "entities show square --json").json();
    assert_eq!(shown["image"], "tests:v7");
    let run = say(
        &plane,
        &format!("run hypotenuse --b 4 --remote --wait --config {config}"),
    );
    assert_eq!(
        (run.exit, &*run.stdout),
        (Exit::Success, "25\n"),
        "{}",
        run.stderr
    );
    // An option counts more.
    say(
        &plane,
        &format!("register square --version v2 --image tests:v8 --config {config}"),
    );
    let shown = say(&plane, "entities show square --json").json();
    assert_eq!(shown["image"], "tests:v8");
    let without = say(&plane, "run hypotenuse --b 4 --remote");
    assert!(
        without.stderr.contains(
            "a task needs an image; give one with `--image`, as its `container_image`, or as `images.default` in the \
             settings of the cluster"
        ),
        "{}",
        without.stderr
    );
}

#[test]
fn settings_are_shown_with_their_origins_and_without_secrets() {
    let plane = plane();
    let file = plane.directory().join("config.yaml");
    fs::write(plane.directory().join("secret"), "planted-0815\n").unwrap();
    let text = format!(
        "admin:\n  endpoint: dns:///flyte.example.com\n  authType: ClientSecret\n  clientId: robot\n  clientSecretLocation: {}\n",
        plane.directory().join("secret").display()
    );
    fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    let words = ["app", "config", "show", "--config", path, "--project", "ml"];
    let shown = said(words.into_iter());
    let line = |key: &str| {
        let mut lines = shown.stdout.lines();
        let line = lines.find(|line| line.starts_with(key)).unwrap();
        line.split_whitespace()
            .skip(1)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        line("platform.endpoint"),
        format!("flyte.example.com admin.endpoint at {path}:2:13")
    );
    assert_eq!(line("task.project"), "ml the option --project");
    assert_eq!(line("task.domain"), "development the default");
    assert!(line("platform.client_credentials_secret").starts_with("*** the contents of "));
    assert!(!shown.stdout.contains("planted"), "{}", shown.stdout);
    let json = said(words.into_iter().chain(["--json"])).json();
    assert_eq!(json["file"], path);
    let missing = said(["app", "config", "show", "--config", "/not/there.yaml"].into_iter());
    assert!(
        missing
            .stderr
            .contains("cannot read the config file /not/there.yaml"),
        "{}",
        missing.stderr
    );
}

/// Asks again until there is something, and fails if that takes longer than anything here does.
fn until<T>(what: &str, ask: impl Fn() -> Option<T>) -> T {
    const LONG: Duration = Duration::from_secs(60);
    let start = Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(start.elapsed() < LONG, "{what}: not within {LONG:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn gates_are_shown_and_answered() {
    let plane = plane();
    let start = say(
        &plane,
        "run released --text text --remote --image tests:v1 --run-name waits",
    );
    assert_eq!(start.exit, Exit::Success, "{}", start.stderr);
    let gates = until("both gates wait", || {
        let gates = say(&plane, "runs signal waits --remote").stdout;
        (gates.lines().count() == 2).then_some(gates)
    });
    assert!(gates.contains("copies  integer  waits\n"), "{gates}");
    assert!(gates.contains("review  boolean  waits\n"), "{gates}");
    let copies = say(&plane, "runs signal waits copies 7 --remote");
    assert_eq!(copies.stdout, "copies is answered\n", "{}", copies.stderr);
    let review = say(&plane, "runs approve waits review --remote --json");
    assert_eq!(review.json()["answered"], "review");
    let watched = say(&plane, "runs watch waits --remote");
    assert_eq!(watched.exit, Exit::Success, "{}", watched.stderr);
    let gates = say(&plane, "runs signal waits --remote --json").json();
    assert_eq!(gates.as_array().unwrap().len(), 2);
    let again = say(
        &plane,
        "runs relaunch waits --remote --run-name waits-again --json",
    );
    assert_eq!(again.json()["execution"], "waits-again");
    let answer = until("the gate of the relaunched execution is rejected", || {
        let answer = say(&plane, "runs approve waits-again review --remote --reject");
        (answer.exit == Exit::Success).then_some(answer)
    });
    assert_eq!(answer.stdout, "review is rejected\n");
    let failed = say(&plane, "runs watch waits-again --remote");
    assert_ne!(failed.exit, Exit::Success);
    let recovered = say(&plane, "runs recover waits-again --remote");
    assert_eq!(recovered.exit, Exit::Success, "{}", recovered.stderr);
    let name = recovered.stdout.trim();
    say(&plane, &format!("runs abort {name} --remote"));
}
