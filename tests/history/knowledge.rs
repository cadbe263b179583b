//! What a history knows of a run besides what resuming needs: graphs, attempts, lines, decks, and the cache.

use std::{io::Write as _, thread};

use flyte_runtime::{cache::Cache, context::FlyteContext, gate::Answers, history::RunRecord};
use serde_json::{Value as Json, json};

use super::*;

/// The only run of a history, as it is printed.
fn shown(history: &History) -> Json {
    history.run("last").unwrap().to_json()
}

/// A graph of a run by its entity.
fn graph<'j>(run: &'j Json, entity: &str) -> &'j Json {
    let mut graphs = run["graphs"].as_array().unwrap().iter();
    let found = graphs.find(|graph| graph["entity"] == format!("history.{entity}"));
    found.unwrap_or_else(|| panic!("no graph of {entity} in {run:#}"))
}

fn node<'j>(list: &'j Json, id: &str) -> &'j Json {
    let mut nodes = list["nodes"].as_array().unwrap().iter();
    nodes.find(|node| node["id"] == id).unwrap()
}

#[task]
fn plus(x: i64, y: i64) -> i64 {
    x + y
}

#[task]
fn listed(x: i64, y: i64) -> Vec<i64> {
    vec![x, y]
}

#[task]
fn negative(x: i64) -> i64 {
    -x
}

#[workflow]
fn within(x: i64) -> i64 {
    plus(x, 7)
}

#[workflow]
fn drawn(x: i64, ys: Vec<i64>) -> Vec<i64> {
    let sum = plus(x, 2);
    let more = within(sum);
    let chosen = if more > 10 {
        plus(more, x)
    } else {
        negative(plus(more, sum))
    };
    let all = listed(chosen, sum);
    let mapped = ys.map(|y| plus(y, 1));
    all >> mapped;
    mapped
}

#[test]
fn the_graph_is_known_without_the_program() {
    let (_sandbox, history) = history();
    let call = drawn::call(1, vec![5, 6]);
    let runner = Runner::local().history(&history);
    assert_eq!(runner.run(call).unwrap(), [6, 7]);
    let run = shown(&history);
    let drawn = graph(&run, "knowledge.drawn");
    let first = node(drawn, "n0");
    assert_eq!(
        (&first["kind"], &first["entity"]),
        (&json!("task"), &json!("history.knowledge.plus"))
    );
    assert_eq!(first.get("needs"), None);
    assert_eq!(
        first["inputs"],
        json!([
            {"name": "x", "sources": [{"from": "input", "name": "x"}]},
            {"name": "y", "sources": [{"from": "constant", "value": "2"}]},
        ])
    );
    let inner = node(drawn, "n1");
    assert_eq!(inner["kind"], "workflow");
    assert_eq!(inner["needs"], json!(["n0"]));
    assert_eq!(
        inner["inputs"][0]["sources"],
        json!([{"from": "node", "node": "n0", "output": "o0"}])
    );
    // The graph of the workflow is there by the name that the node has.
    assert_eq!(inner["entity"], graph(&run, "knowledge.within")["entity"]);
    let branch = node(drawn, "n2");
    assert_eq!(branch["kind"], "branch");
    assert_eq!(branch["cases"][0]["condition"], "n1.o0 > 10");
    assert_eq!(branch["cases"][0]["node"]["kind"], "task");
    assert_eq!(branch["cases"][1].get("condition"), None);
    let case = &branch["cases"][1]["node"];
    assert_eq!(case["kind"], "case");
    assert_eq!(case["graph"]["nodes"].as_array().unwrap().len(), 2);
    let map = node(drawn, "n4");
    assert_eq!(
        (&map["kind"], &map["entity"]),
        (&json!("map"), &json!("history.knowledge.plus"))
    );
    assert_eq!(map["needs"], json!(["n3"]), "an order without a value");
    assert_eq!(
        drawn["outputs"],
        json!([{"name": "o0", "sources": [{"from": "node", "node": "n4", "output": "o0"}]}])
    );
    // Each execution is of a node of a graph: its path ends with the id.
    assert_eq!(case["id"], "n1");
    let inside: Vec<_> = case["graph"]["nodes"].as_array().unwrap().iter().collect();
    assert_eq!(
        inside.iter().map(|node| &node["id"]).collect::<Vec<_>>(),
        ["n0", "n1"]
    );
    assert_eq!(inside[1]["needs"], json!(["n0"]));
    let run = history.run("last").unwrap();
    let paths: Vec<_> = run.nodes().iter().map(|node| node.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "n0", "n1", "n1/n0", "n2", "n2/n1", "n2/n1/n0", "n2/n1/n1", "n3", "n4", "n4[0]",
            "n4[1]"
        ]
    );
    // Each was ready when what it needs had ended, or what is around it had started.
    let time = |path: &str| run.node(path).unwrap();
    for (path, ready) in [
        ("n1", time("n0").ended),
        ("n1/n0", time("n1").started),
        ("n2/n1", time("n2").started),
        ("n2/n1/n0", time("n2/n1").started),
        ("n2/n1/n1", time("n2/n1/n0").ended),
        ("n3", time("n2").ended),
        ("n4", time("n3").ended),
        ("n4[1]", time("n4").started),
    ] {
        assert_eq!(time(path).ready, ready, "{path}");
    }
}

#[dynamic]
fn builds(n: i64) -> i64 {
    let mut sum = plus(0, 0);
    for x in 0..n {
        sum = plus(sum, x);
    }
    within(sum)
}

#[eager]
async fn eager(x: i64) -> Result<i64, RunError> {
    let sum = plus::call(x, 1).await?;
    within::call(sum).await
}

#[workflow]
fn grows(n: i64) -> i64 {
    plus(builds(n), eager(n))
}

#[test]
fn what_tasks_build_and_call_is_known_as_it_comes() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    assert_eq!(runner.run(grows::call(3)).unwrap(), 3 + 7 + 4 + 7);
    let run = history.run("last").unwrap();
    let mut built = run.graphs().iter().filter(|graph| graph.built_by.is_some());
    let graph = built.next().unwrap();
    assert_eq!(graph.built_by.as_deref(), Some("n0"));
    assert_eq!(graph.entity, "history.knowledge.builds");
    // Each needs the one before it.
    for (before, node) in graph.nodes.iter().zip(&graph.nodes[1..]) {
        assert_eq!(node.needs, std::slice::from_ref(&before.id));
    }
    assert_eq!(graph.nodes.len(), 5);
    assert!(built.next().is_none());
    // The graphs of what was built and called, each once.
    for entity in ["knowledge.grows", "knowledge.within", "knowledge.plus"] {
        let entity = format!("history.{entity}");
        let of_entity = run.graphs().iter().filter(|graph| graph.entity == entity);
        assert_eq!(of_entity.count(), 1, "{entity}");
    }
    let inside = run
        .nodes()
        .iter()
        .find(|node| node.path.contains("within."));
    let call = inside.unwrap();
    assert_eq!(
        (call.kind.as_str(), call.entity.as_str()),
        ("call", "history.knowledge.within")
    );
    let last = format!("n0/{}", graph.nodes[4].id);
    assert!(run.node(&format!("{last}/n0")).is_some(), "{last}");
}

#[task(retries(count = 2, backoff = "60ms"))]
fn third_time(test: String) -> Result<i64, String> {
    thread::sleep(Duration::from_millis(40));
    match count(&format!("{test} third_time")) {
        3 => Ok(3),
        number => Err(format!("not at number {number}")),
    }
}

#[task]
fn rests(x: i64) -> i64 {
    thread::sleep(Duration::from_millis(50));
    x
}

#[workflow]
fn retried(test: String) -> i64 {
    plus(third_time(test), 1)
}

#[test]
fn waiting_running_and_backoff_are_told_apart() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    assert_eq!(runner.run(retried::call("apart".into())).unwrap(), 4);
    let run = history.run("last").unwrap();
    let node = run.node("n0").unwrap();
    assert_eq!(node.tried.len(), 3);
    let errors: Vec<_> = node
        .tried
        .iter()
        .map(|tried| tried.error.as_deref())
        .collect();
    assert_eq!(
        errors,
        [Some("not at number 1"), Some("not at number 2"), None]
    );
    for tried in &node.tried {
        assert!(
            tried.took().unwrap() >= Duration::from_millis(40),
            "{tried:?}"
        );
    }
    assert!(node.ran() >= Duration::from_millis(120));
    assert!(node.backed_off() >= Duration::from_millis(120), "{node:?}");
    // They are parts of the whole.
    assert!(node.ran() + node.backed_off() <= node.took().unwrap());
    let next = run.node("n1").unwrap();
    assert_eq!(next.ready, node.ended);
    let json = run.to_json();
    let told = &json["nodes"][0];
    assert_eq!(told["tried"][1]["error"], "not at number 2");
    assert!(told["seconds"]["backed_off"].as_f64().unwrap() >= 0.12);
    assert!(told["seconds"]["ran"].as_f64().unwrap() >= 0.12);
}

#[workflow]
fn asks(x: i64) -> i64 {
    approve(plus(x, 1), "review", "1h")
}

#[test]
fn what_a_gate_waits_for_is_known() {
    let (_sandbox, history) = history();
    let answers = Answers::new().approve("review");
    let runner = Runner::local().answers(answers).history(&history);
    assert_eq!(runner.run(asks::call(2)).unwrap(), 3);
    let run = history.run("last").unwrap();
    let gate = run.node("n1").unwrap();
    assert_eq!(gate.kind, "gate");
    assert_eq!(gate.waits.len(), 1);
    assert_eq!(gate.waits[0].reason, "gate");
    assert!(gate.started.unwrap() <= gate.waits[0].started);
    assert_eq!(run.to_json()["nodes"][1]["waits"][0]["reason"], "gate");
}

#[workflow]
fn beside(x: i64) -> i64 {
    let (one, other) = (rests(x), rests(x));
    plus(one, other)
}

#[test]
fn a_node_waits_from_when_it_is_ready() {
    let (_sandbox, history) = history();
    let runner = Runner::local().jobs(1).history(&history);
    assert_eq!(runner.run(beside::call(2)).unwrap(), 4);
    let run = history.run("last").unwrap();
    let waited = |path| run.node(path).unwrap().waited().unwrap();
    // With one job the second waits for the first, although it needs nothing.
    let longest = waited("n0").max(waited("n1"));
    assert!(longest >= Duration::from_millis(50), "{longest:?}");
    // The sum is ready when the later of them has ended, and not before.
    let ended = |path| run.node(path).unwrap().ended;
    assert_eq!(run.node("n2").unwrap().ready, ended("n0").max(ended("n1")));
}

#[shell_task(script = "echo to standard output; echo to standard error >&2")]
fn says();

#[shell_task(script = "i=0; while [ $i -lt 20000 ]; do echo \"line $i\"; i=$((i + 1)); done")]
fn says_much();

#[task(retries = 1)]
fn logs(test: String) -> Result<i64, String> {
    let number = count(&format!("{test} logs"));
    for line in 0..3 {
        writeln!(FlyteContext::attempt_log(), "attempt {number} line {line}").unwrap();
    }
    if number == 1 {
        Err("again".to_owned())
    } else {
        Ok(0)
    }
}

#[workflow]
fn talks(test: String) -> i64 {
    says();
    says_much();
    logs(test)
}

#[cfg(unix)]
#[test]
fn lines_are_kept_by_attempt_and_bounded() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    assert_eq!(runner.run(talks::call("lines".into())).unwrap(), 0);
    let run = history.run("last").unwrap();
    let of = |run: &RunRecord, path: &str, attempt: usize| {
        run.node(path).unwrap().tried[attempt].lines.clone()
    };
    let said = of(&run, "n0", 0);
    let mut lines: Vec<_> = said.first.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["to standard error", "to standard output"]);
    assert_eq!((said.last.as_str(), said.left_out), ("", 0));
    let much = of(&run, "n1", 0);
    let all: String = (0..20_000).map(|line| format!("line {line}\n")).collect();
    assert_eq!(much.first, all[..16 * 1024]);
    assert_eq!(much.last, all[all.len() - 16 * 1024..]);
    assert_eq!(much.left_out as usize, all.len() - 32 * 1024);
    for attempt in 0..2 {
        let number = attempt + 1;
        let lines = (0..3).map(|line| format!("attempt {number} line {line}\n"));
        assert_eq!(of(&run, "n2", attempt).first, lines.collect::<String>());
    }
    let json = run.to_json();
    let mut nodes = json["nodes"].as_array().unwrap().iter();
    let node = nodes.find(|node| node["node"] == "n1").unwrap();
    assert_eq!(node["tried"][0]["lines"]["left_out"], much.left_out);
}

#[task(cache = "1")]
fn cached(x: i64, y: i64) -> i64 {
    x + y
}

#[test]
fn a_cached_call_says_why_it_ran() {
    let (sandbox, history) = history();
    let cache = Cache::at(sandbox.path().join("cache"));
    let runner = Runner::local().cache(cache).history(&history);
    let asked = |x, y| {
        runner.run(cached::call(x, y)).unwrap();
        let run = history.run("last").unwrap();
        let node = run.node("n0").unwrap();
        (node.status, node.cache.clone().unwrap())
    };
    let (status, first) = asked(1, 2);
    assert_eq!(status, RunStatus::Succeeded);
    assert!(!first.hit);
    assert_eq!(first.why, ["the cache has no result of the task"]);
    assert!(
        first.key.starts_with("history.knowledge.cached-1-"),
        "{}",
        first.key
    );
    let (status, again) = asked(1, 2);
    assert_eq!(status, RunStatus::Cached);
    assert!(again.hit && again.why.is_empty());
    assert_eq!(again.key, first.key);
    let (status, other) = asked(1, 3);
    assert_eq!(status, RunStatus::Succeeded);
    assert_eq!(other.why, ["the input `y` has another value"]);
    assert_ne!(other.key, first.key);
    let run = shown(&history);
    assert_eq!(
        run["nodes"][0]["cache"],
        json!({"key": other.key, "hit": false, "why": other.why})
    );
}

#[task(enable_deck)]
fn shows(x: i64) -> i64 {
    x
}

#[eager(enable_deck)]
async fn shows_inside(x: i64) -> Result<i64, RunError> {
    shows::call(x).await
}

#[test]
fn decks_belong_to_attempts() {
    let (sandbox, history) = history();
    let decks = sandbox.path().join("decks");
    let runner = Runner::local().history(&history).deck_dir(&decks);
    assert_eq!(runner.run(shows_inside::call(4)).unwrap(), 4);
    let run = history.run("last").unwrap();
    let with_deck = run.nodes().iter().filter(|node| node.kind == "task");
    let mut files = Vec::new();
    for node in with_deck {
        let deck = node.tried[0].deck.clone();
        files.push(deck.unwrap_or_else(|| panic!("{} has no deck", node.path)));
    }
    assert_eq!(files.len(), 2);
    assert_ne!(files[0], files[1]);
    for file in files {
        let page = fs::read_to_string(&file).unwrap();
        assert!(page.contains("<html"), "{}", file.display());
    }
}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn squares(xs: Vec<i64>) -> Vec<i64> {
    xs.map(square)
}

/// The bar is 60 bytes an element; most of them are the values, which are about as long in a million elements.
#[test]
fn an_element_of_a_map_is_short() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let xs: Vec<i64> = (1_000_000..1_005_000).collect();
    let result = runner.run(squares::call(xs.clone())).unwrap();
    assert_eq!(result[7], xs[7] * xs[7]);
    let run = history.run("last").unwrap();
    let values = (xs.len() * 2 * 14) as u64;
    let bytes = fs::metadata(run.directory().join("log")).unwrap().len() - values;
    assert!(bytes / xs.len() as u64 <= 60, "{bytes}");
    let element = run.node("n0[7]").unwrap();
    assert_eq!(element.inputs.get("x"), Some(&Literal::integer(xs[7])));
    assert_eq!(
        element.outputs.get("o0"),
        Some(&Literal::integer(result[7]))
    );
    assert_eq!(element.tried.len(), 1);
    assert_eq!(element.ready, run.node("n0").unwrap().started);
}

/// Another process sees within a moment what goes on.
#[test]
fn a_start_is_written_soon() {
    let (_sandbox, history) = history();
    let seen = history.clone();
    let (begun, is_begun) = std::sync::mpsc::channel();
    let runner =
        Runner::local()
            .history(&history)
            .observe(move |event: &flyte_runtime::events::Event| {
                if let flyte_runtime::events::EventKind::AttemptStarted { .. } = &event.kind {
                    let directory = seen.run(&event.run.id).unwrap().directory().to_owned();
                    begun.send(directory).unwrap();
                }
            });
    thread::scope(|scope| {
        scope.spawn(|| runner.run(rests::call(1)).unwrap());
        let directory = is_begun.recv().unwrap();
        let record = history.run("last").unwrap();
        assert_eq!(record.directory(), directory);
        assert_eq!(record.node("n0").unwrap().status, RunStatus::Running);
        assert!(record.node("n0").unwrap().tried[0].started.is_some());
    });
}
