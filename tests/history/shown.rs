//! What `runs show` says of the nodes of a run.

use std::io::Write as _;

use flyte_runtime::{Registry, cache::Cache, cli::Cli, context::FlyteContext};

use super::*;

#[task(name = "shown.fetch", retries = 1)]
fn fetches(x: i64, by: Vec<i64>) -> Result<i64, String> {
    for line in 0..12 {
        writeln!(FlyteContext::attempt_log(), "line {line}").unwrap();
    }
    Err(format!("no {x} of {}", by.len()))
}

#[task(name = "shown.half", cache = "1", enable_deck)]
fn halves(x: i64) -> i64 {
    x / 2
}

#[workflow(name = "shown.inner")]
fn inner(y: i64) -> i64 {
    if y > 100 { halves(y) } else { halves(8) }
}

#[workflow(name = "shown.outer")]
fn outer(x: i64) -> i64 {
    let half = inner(x);
    fetches(half, vec![x, half, 3])
}

#[task(name = "shown.even")]
fn evens(x: i64) -> Result<i64, String> {
    match x {
        25 => Err(format!("{x} is odd")),
        x => Ok(x),
    }
}

#[workflow(name = "shown.all")]
fn all(xs: Vec<i64>) -> Vec<i64> {
    xs.map(evens)
}

/// What `runs show last` prints of nodes, without times and the directory, and with one space between columns.
fn nodes(history: &History, directory: &str) -> String {
    let registry = Registry::builder().build().unwrap();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let args = ["app", "runs", "show", "last"];
    let cli = Cli::new(&registry).history(history);
    cli.run(args, &mut stdout, &mut stderr);
    let text = String::from_utf8(stdout).unwrap();
    let (_, nodes) = text.split_once("nodes:\n").unwrap();
    let mut kept = String::new();
    for line in nodes.replace(directory, "DIR").lines() {
        let words = line.split_whitespace();
        let words = words.map(|word| match word.parse::<f64>() {
            Ok(_) if word.contains('.') => "TIME",
            _ => word,
        });
        let indent = &line[..line.len() - line.trim_start().len()];
        kept += &format!("{indent}{}\n", words.collect::<Vec<_>>().join(" "));
    }
    kept
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part}\nin\n{text}");
    }
}

#[test]
fn nodes_are_a_tree_with_attempts_sources_and_reasons() {
    let (sandbox, history) = history();
    let directory = sandbox.path();
    let runner = Runner::local()
        .jobs(1)
        .history(&history)
        .cache(Cache::at(directory.join("cache")))
        .deck_dir(directory.join("decks"));
    runner.run(outer::call(16)).unwrap_err();
    let text = nodes(&history, directory.to_str().unwrap());
    says(
        &text,
        &[
            "  n0 succeeded TIME s shown.inner y = x\n",
            "\n    n0/n0 succeeded TIME s branch y\n",
            "\n      n0/n0/n1 succeeded TIME s shown.half x = 8\n",
            "          not from the cache: the cache has no result of the task\n",
            "          deck of attempt 0: DIR/decks/",
            "\n  n1 failed TIME s shown.fetch by = [x, n0.o0, 3], x = n0.o0\n",
            "ran TIME s in 2 attempts, TIME s between them\n",
            "      attempt 0 failed after TIME s: no 4 of 3\n",
            "      attempt 1 failed after TIME s: no 4 of 3\n      attempt 1 wrote last:\n      | line 2\n",
            "      | line 11\n",
        ],
    );
}

#[test]
fn of_many_elements_those_are_shown_that_failed_and_the_first_others() {
    let (_sandbox, history) = history();
    let runner = Runner::local().jobs(1).history(&history);
    runner.run(all::call((0..30).collect())).unwrap_err();
    let text = nodes(&history, "DIR");
    says(
        &text,
        &[
            "  n0 failed TIME s map shown.even x = xs\n",
            "    n0[14] succeeded TIME s shown.even\n",
            "    n0[25] failed TIME s shown.even\n        error: 25 is odd\n    n0[26] skipped shown.even\n",
            "    n0[29] skipped shown.even\n    and 10 succeeded\n",
        ],
    );
    assert!(!text.contains("n0[15]"), "{text}");
}
