//! Executions that come home: as runs of this machine they are shown, listed and resumed.

use std::{collections::BTreeMap, fs, path::Path};

use flyte_remote::{capitals, depends, halting, halting_map, long, square, turn};
use flyte_runtime::{
    Registry,
    cli::{Cli, Exit},
    cluster::{ExecuteOptions, Execution},
    graph::WorkflowBuilder,
    history::{History, RunStatus},
    prelude::*,
    testing::cluster::{ControlPlane, ControlPlaneOptions},
};

use crate::{
    commands::{said_by, say, say_here, say_with},
    in_image, plane, plane_with, remote, started,
};

fn history(plane: &ControlPlane) -> History {
    History::in_dir(plane.directory().join("home/history"))
}

fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines.sort_unstable();
    lines
}

/// Waits for the end of an execution, whatever it is.
fn ended(plane: &ControlPlane, execution: &Execution) {
    let watched = remote(plane).wait_for(async |remote| remote.watch(execution, |_| {}).await);
    watched.unwrap();
}

/// Sub-workflow, launch plan, map, dynamic task and branch: what has succeeded there does not run here.
#[test]
fn an_execution_comes_home_and_goes_on_here() {
    let plane = plane();
    let remote = remote(&plane);
    let (log, path) = (
        plane.directory().join("log"),
        plane.directory().join("late"),
    );
    let text = |path: &Path| path.display().to_string();
    let execution = started(&remote, &halting::call(text(&log), text(&path), vec![4, 5]));
    ended(&plane, &execution);
    let before = lines(&log);
    // The first has had two attempts.
    assert_eq!(
        before,
        ["1", "1", "100", "101", "2", "3", "4", "5", "6", "7"]
    );
    let history = history(&plane);
    let name = &execution.name;
    let pulled = say_with(&history, &plane, &format!("runs pull {name} --json")).json();
    assert_eq!(pulled["status"], "failed", "{pulled}");
    assert_eq!(pulled["notices"], serde_json::json!([]), "{pulled}");
    let id = pulled["run"].as_str().unwrap().to_owned();
    let run = history.run(&id).unwrap();
    let nodes: BTreeMap<_, _> = run
        .nodes()
        .iter()
        .map(|node| (node.path.as_str(), node))
        .collect();
    let has = |path: &str, kind: &str, entity: &str, status: RunStatus| {
        let node = nodes
            .get(path)
            .unwrap_or_else(|| panic!("no {path}: {:?}", nodes.keys()));
        let entity = format!("flyte_remote.{entity}");
        assert_eq!(
            (node.kind.as_str(), node.entity.as_str(), node.status),
            (kind, &*entity, status),
            "{path}"
        );
    };
    has("n0", "task", "noted", RunStatus::Succeeded);
    has("n1", "workflow", "noted_once", RunStatus::Succeeded);
    has("n1/n0", "task", "noted", RunStatus::Succeeded);
    has("n2", "workflow", "noted_three", RunStatus::Succeeded);
    has("n2/n0", "workflow", "noted_once", RunStatus::Succeeded);
    has("n2/n0/n0", "task", "noted", RunStatus::Succeeded);
    has("n3", "map", "noted", RunStatus::Succeeded);
    has("n3[1]", "task", "noted", RunStatus::Succeeded);
    has("n5", "task", "noted_up_to", RunStatus::Succeeded);
    has("n5/dn0", "task", "noted", RunStatus::Succeeded);
    has("n6", "branch", "halting", RunStatus::Succeeded);
    has("n7", "task", "there", RunStatus::Failed);
    let first = nodes["n0"];
    assert_eq!((first.attempts, first.failed_attempts.len()), (2, 1));
    assert!(first.failed_attempts[0].contains("not at first"));
    let value = |node: &str, name: &str| {
        let node = nodes[node];
        let literal = node.inputs.get(name).or_else(|| node.outputs.get(name));
        format!("{:?}", literal.unwrap().value)
    };
    assert!(value("n3[1]", "x").contains('5') && value("n3[1]", "o0").contains("25"));
    assert!(nodes["n7"].error.as_ref().unwrap().contains("is not there"));
    // What a dynamic task has built is there to be drawn.
    let mut graphs = run.graphs().iter();
    let built = graphs
        .find(|graph| graph.built_by.as_deref() == Some("n5"))
        .unwrap();
    let ids: Vec<_> = built.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["dn0", "dn1", "dn2"]);
    assert_eq!(built.nodes[2].needs, ["dn0", "dn1"]);
    // As any other, with where it comes from.
    let from = format!("{name} of flytesnacks/development at {}", plane.address());
    let list = say_here(&history, "runs list").stdout;
    assert!(list.contains(&format!("from {from}")), "{list}");
    let shown = say_here(&history, &format!("runs show {id}")).stdout;
    assert!(
        shown.contains(&format!("from    {from}, version ")),
        "{shown}"
    );
    assert!(shown.contains("n2/n0/n0"), "{shown}");

    // Once more is instead, and not beside.
    let again = say_with(&history, &plane, &format!("runs pull {name} --json")).json();
    assert_eq!(again["replaced"], id.as_str());
    let id = again["run"].as_str().unwrap().to_owned();
    assert_eq!(history.runs().unwrap().len(), 1);

    fs::write(&path, "at last").unwrap();
    let resumed = say_here(&history, &format!("run --resume {id} --json"));
    assert_eq!(resumed.exit, Exit::Success, "{}", resumed.stderr);
    let outputs = resumed.json();
    assert_eq!(outputs["o0"], "at last");
    assert_eq!(outputs["o3"], 41);
    assert_eq!(lines(&log), before, "{}", resumed.stderr);
    // What was done here is not lost by bringing it once more.
    let refused = say_with(&history, &plane, &format!("runs pull {name}"));
    assert!(
        refused
            .stderr
            .contains(&format!("is here already as run {id}, which was resumed")),
        "{}",
        refused.stderr
    );
}

#[test]
fn elements_of_a_map_that_has_failed_do_not_run_again() {
    let plane = plane();
    let remote = remote(&plane);
    let path = |name: &str| plane.directory().join(name);
    fs::write(path("a"), "a").unwrap();
    let paths = ["a", "b"].map(|name| path(name).display().to_string());
    let execution = started(&remote, &halting_map::call(paths.to_vec()));
    ended(&plane, &execution);
    let history = history(&plane);
    let pulled = remote
        .pull(&execution, Registry::of_program(), &history)
        .unwrap();
    let run = history.run(&pulled.run).unwrap();
    let status = |node: &str| run.node(node).unwrap().status;
    assert_eq!(
        (status("n0"), status("n0[0]"), status("n0[1]")),
        (RunStatus::Failed, RunStatus::Succeeded, RunStatus::Failed)
    );
    // The one that has succeeded would read another text now.
    fs::write(path("a"), "changed").unwrap();
    fs::write(path("b"), "b").unwrap();
    let resumed = say_here(&history, &format!("run --resume {} --json", pulled.run));
    assert_eq!(
        resumed.json(),
        serde_json::json!({"o0": ["a", "b"]}),
        "{}",
        resumed.stderr
    );
}

/// Values that are too large for an answer come by links, and files stay where they are.
#[test]
fn large_values_and_files_come_home() {
    let plane = plane();
    let remote = remote(&plane);
    let history = history(&plane);
    let execution = started(&remote, &long::call(3));
    remote.wait(&execution).unwrap();
    let pulled = remote
        .pull(&execution, Registry::of_program(), &history)
        .unwrap();
    assert_eq!((pulled.nodes, &pulled.notices[..]), (1, &[][..]));
    let again = say_here(&history, &format!("run --resume {}", pulled.run));
    assert_eq!(again.stdout.trim().len(), 3 << 20, "{}", again.stderr);

    let path = plane.directory().join("in.txt");
    fs::write(&path, "a file").unwrap();
    let execution = started(&remote, &turn::call(FlyteFile::from_path(&path)));
    remote.wait(&execution).unwrap();
    let pulled = remote
        .pull(&execution, Registry::of_program(), &history)
        .unwrap();
    assert_eq!(pulled.notices, Vec::<String>::new());
    let run = history.run(&pulled.run).unwrap();
    let output = format!("{:?}", run.outputs().get("o0").unwrap().value);
    assert!(output.contains("turned.txt"), "{output}");
}

/// A task alone, a launch plan, and what was recovered have other nodes on a cluster than here.
#[test]
fn what_is_started_otherwise_comes_home_too() {
    let plane = plane();
    let remote = remote(&plane);
    let history = history(&plane);
    let task = started(&remote, &square::call(7));
    remote.wait(&task).unwrap();
    let pulled = remote
        .pull(&task, Registry::of_program(), &history)
        .unwrap();
    let run = history.run(&pulled.run).unwrap();
    assert_eq!(run.nodes()[0].entity, "flyte_remote.square");
    let plan = started(&remote, &flyte_remote::from_six::call(8));
    remote.wait(&plan).unwrap();
    let pulled = remote
        .pull(&plan, Registry::of_program(), &history)
        .unwrap();
    let run = history.run(&pulled.run).unwrap();
    let paths: Vec<_> = run.nodes().iter().map(|node| node.path.as_str()).collect();
    assert!(
        paths.contains(&"n0") && paths.contains(&"n0/n2"),
        "{paths:?}"
    );
    let resumed = say_here(&history, &format!("run --resume {}", pulled.run));
    assert_eq!(resumed.stdout, "100\n", "{}", resumed.stderr);
}

#[test]
fn an_execution_that_goes_on_stays_where_it_is() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &flyte_remote::endless::call(60));
    let refused = remote.pull(&execution, Registry::of_program(), &history(&plane));
    let refused = refused.unwrap_err().to_string();
    assert!(
        refused.contains("is brought here when it has ended"),
        "{refused}"
    );
    remote.terminate(&execution, "enough").unwrap();
}

#[test]
fn what_the_program_does_not_have_is_told() {
    let plane = plane();
    let remote = remote(&plane);
    let execution = started(&remote, &square::call(7));
    remote.wait(&execution).unwrap();
    let other = Registry::builder().with::<capitals>().build().unwrap();
    let refused = remote
        .pull(&execution, &other, &history(&plane))
        .unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("is one of `flyte_remote.square`, which this program has not"),
        "{refused}"
    );
}

/// A program with a workflow that is one call of a task, or two.
fn chain(is_long: bool) -> Registry {
    let mut builder = WorkflowBuilder::new("pulled.chain");
    let x = builder.add_workflow_input::<i64>("x");
    let add = |builder: &mut WorkflowBuilder, x: Promise<i64>| {
        let node = builder.add_entity(square::descriptor());
        node.input::<i64>("x", x).add().output::<i64>("o0")
    };
    let mut last = add(&mut builder, x);
    if is_long {
        last = add(&mut builder, last);
    }
    builder.add_workflow_output::<i64>("o0", last);
    let workflow = builder.build().unwrap();
    Registry::builder()
        .with_descriptor(workflow.descriptor())
        .with::<square>()
        .build()
        .unwrap()
}

/// Two programs with a workflow of the same name: what ran is shown, and not resumed.
#[test]
fn a_run_of_another_program_is_shown_and_not_resumed() {
    let (there, here) = (chain(false), chain(true));
    let plane = ControlPlane::start(&there).unwrap();
    let history = history(&plane);
    let address = plane.address().to_string();
    let said = |registry: &Registry, command: &str| {
        let cli = Cli::new(registry).history(&history);
        let words = ["app"].into_iter().chain(command.split_whitespace());
        match command.contains("--resume") {
            true => said_by(&cli, words),
            false => said_by(&cli, words.chain(["--endpoint", &address, "--insecure"])),
        }
    };
    let command = "run pulled.chain --x 3 --remote --image tests:v1 --run-name mine --wait";
    let ran = said(&there, command);
    assert_eq!(ran.stdout, "9\n", "{}", ran.stderr);
    let pulled = said(&here, "runs pull mine --json").json();
    let difference = "`pulled.chain` has a new node `n1`, which runs `flyte_remote.square`";
    assert_eq!(pulled["difference"], difference);
    let id = pulled["run"].as_str().unwrap();
    assert_eq!(history.run(id).unwrap().nodes().len(), 1);
    let resumed = said(&here, &format!("run --resume {id}"));
    assert_ne!(resumed.exit, Exit::Success);
    assert!(
        resumed
            .stderr
            .contains(&format!("run `{id}` cannot be resumed: {difference}")),
        "{}",
        resumed.stderr
    );
    let same = said(&there, "runs pull mine --json").json();
    assert_eq!(
        (&same["difference"], &same["replaced"]),
        (&().into(), &id.into())
    );
}

/// A store that signs no links is read where it is.
#[test]
fn a_store_without_links_is_read_where_it_is() {
    let plane = plane_with(ControlPlaneOptions::default().links(false));
    let remote = remote(&plane);
    let options = in_image("tests:v1");
    let version = remote
        .register(Registry::of_program(), &options)
        .unwrap()
        .version;
    let path = plane.directory().join("late").display().to_string();
    let call = depends::call(path);
    let execution = remote
        .execute(&call, &version, &ExecuteOptions::new().name("mine"))
        .unwrap();
    ended(&plane, &execution);
    let history = history(&plane);
    let pulled = say_with(&history, &plane, "runs pull mine");
    assert!(
        pulled
            .stdout
            .contains("of flyte_remote.depends: failed, 2 nodes\n"),
        "{}",
        pulled.stderr
    );
    assert!(
        pulled.stdout.contains("` goes on with it here\n"),
        "{}",
        pulled.stdout
    );
    let shown = say(&plane, "runs show mine --remote").stdout;
    assert!(shown.contains("Log of n1: file://"), "{shown}");
}
