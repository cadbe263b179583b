//! `runs page`.

#![allow(clippy::unwrap_used, reason = "a test shows what failed")]

use std::{fs, path::Path};

use flyte_runtime::{Registry, cli::Cli, files::TempSandbox, history::History, prelude::*};
use serde_json::Value;

const PLANTED: &str = "</script><script>planted()</script>";

/// Doubles what is small.
#[task(name = "page.double", retries = 1)]
fn double(x: i64) -> Result<i64, String> {
    match x {
        3 => Err(format!("three is one too many {PLANTED}")),
        x => Ok(2 * x),
    }
}

#[task(name = "page.told")]
fn told(x: i64, text: String) -> String {
    format!("{text} {x}")
}

#[workflow(name = "page.inner")]
fn inner(x: i64) -> i64 {
    double(double(x))
}

#[workflow(name = "page.whole")]
fn whole(x: i64, xs: Vec<i64>, #[default(PLANTED.to_owned())] text: String) -> String {
    let all = xs.map(double).min_success_ratio(0.5);
    let four = inner(x);
    let more = if four > 100 {
        told(four, text)
    } else {
        told(x, text)
    };
    all >> &more;
    more
}

#[workflow(name = "page.fails")]
fn fails() -> String {
    told(double(3), "never")
}

fn run(history: &History, args: &[&str]) -> (String, String, u8) {
    let registry = Registry::builder()
        .with::<double>()
        .with::<told>()
        .with::<inner>()
        .with::<whole>()
        .with::<fails>()
        .build()
        .unwrap();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let cli = Cli::new(&registry).history(history);
    let exit = cli.run(["app"].iter().chain(args), &mut stdout, &mut stderr);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(stdout), text(stderr), exit.code())
}

/// What the scripts of a page read.
fn data(page: &str) -> Value {
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"run\">")
        .unwrap();
    let (json, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(json).unwrap()
}

fn page_of(history: &History, file: &Path) -> Value {
    let path = file.to_str().unwrap();
    let (stdout, stderr, code) = run(history, &["runs", "page", "last", "-o", path]);
    assert_eq!(
        (stdout, stderr, code),
        (format!("{path}\n"), String::new(), 0)
    );
    data(&fs::read_to_string(file).unwrap())
}

#[test]
fn a_page_is_one_file() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let history = History::in_dir(directory.join("history"));
    run(
        &history,
        &["run", "page.whole", "--x", "1", "--xs", "[1, 2]"],
    );
    let file = directory.join("run.html");
    page_of(&history, &file);
    let page = fs::read_to_string(&file).unwrap();
    assert!(page.starts_with("<!doctype html>"), "{page}");
    // The data and the script, and no third element.
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2);
    for asked in [" src=", " href=", "url(", "@import"] {
        assert!(!page.contains(asked), "{asked}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(!page.contains("unsafe-inline"));
}

#[test]
fn what_is_shown() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let history = History::in_dir(directory.join("history"));
    run(
        &history,
        &["run", "page.whole", "--x", "1", "--xs", "[1, 3, 2]"],
    );
    let page = page_of(&history, &directory.join("run.html"));
    let nodes = page["nodes"].as_array().unwrap();
    let rows: Vec<_> = nodes
        .iter()
        .map(|node| {
            let around = node["in"]
                .as_u64()
                .map(|place| nodes[place as usize]["id"].as_str().unwrap());
            let name = node["name"]
                .as_str()
                .or_else(|| node["id"].as_str())
                .unwrap();
            let attempts = node["runs"].as_array().map_or(0, Vec::len);
            (
                around.unwrap_or(""),
                name,
                node["kind"].as_str().unwrap(),
                node["state"].as_str().unwrap(),
                attempts,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("", "double", "map", "succeeded", 0),
            ("n0", "[0]", "element", "succeeded", 1),
            ("n0", "[1]", "element", "failed", 2),
            ("n0", "[2]", "element", "succeeded", 1),
            ("", "inner", "workflow", "succeeded", 0),
            ("n1", "double", "task", "succeeded", 1),
            ("n1", "double", "task", "succeeded", 1),
            ("", "if", "branch", "succeeded", 0),
            ("n2", "told", "task", "skipped", 0),
            ("n2", "told", "task", "succeeded", 1),
        ]
    );
    let [first, second, branch] = [5, 6, 7].map(|place| &nodes[place]);
    assert_eq!(second["needs"], serde_json::json!([5]));
    assert_eq!(second["from"], serde_json::json!([["x", "double"]]));
    assert_eq!(first["inputs"], serde_json::json!([["x", "1"]]));
    assert_eq!(branch["needs"], serde_json::json!([0, 4]));
    // The condition has the names of nodes, and not their ids.
    assert_eq!(nodes[8]["when"], "if inner > 100");
    assert_eq!(nodes[9]["when"], "else");
    for (before, after) in [("ready", "start"), ("start", "end")] {
        assert!(first[before].as_f64() <= first[after].as_f64(), "{first}");
    }
    let entity = &page["entities"]["page.double"];
    assert_eq!(entity["docs"], "Doubles what is small.");
    assert_eq!(
        entity["options"],
        serde_json::json!([["runs with", "1 retry"]])
    );
    let source = entity["source"].as_str().unwrap();
    assert!(source.contains("cli/page.rs:"), "{source}");
    assert_eq!(
        page["run"]["inputs"][2][1],
        Value::from(PLANTED).to_string()
    );
}

#[test]
fn what_failed_and_what_never_began() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let history = History::in_dir(directory.join("history"));
    run(&history, &["run", "page.fails"]);
    let page = page_of(&history, &directory.join("run.html"));
    assert_eq!(page["run"]["state"], "failed");
    let [failed, never] = [0, 1].map(|place| &page["nodes"][place]);
    let error = format!("three is one too many {PLANTED}");
    assert_eq!(failed["error"], error.as_str());
    assert_eq!(failed["runs"][0]["error"], error.as_str());
    assert_eq!(failed["runs"].as_array().unwrap().len(), 2);
    assert_eq!(never["state"], "skipped");
    assert!(never.get("start").is_none(), "{never}");
}

#[test]
fn mistakes() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let history = History::in_dir(directory.join("history"));
    run(&history, &["run", "page.whole", "--x", "1", "--xs", "[]"]);
    let (_, stderr, code) = run(&history, &["runs", "page", "nothing"]);
    assert!(stderr.contains("nothing"), "{stderr}");
    assert_eq!(code, 2);
    let file = directory.join("none").join("run.html");
    let file = file.to_str().unwrap();
    let (_, stderr, code) = run(&history, &["runs", "page", "last", "-o", file]);
    assert!(
        stderr.starts_with(&format!("error: {file} cannot be written: ")),
        "{stderr}"
    );
    assert_eq!(code, 1);
}

/// Two runs of one workflow: what differs is told by name and by the path of the node, in text, JSON and the page.
#[test]
fn two_runs_are_compared() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let history = History::in_dir(directory.join("history"));
    for (x, xs) in [("1", "[1, 2, 4]"), ("2", "[1, 2]")] {
        run(&history, &["run", "page.whole", "--x", x, "--xs", xs]);
    }
    let runs = history.runs().unwrap();
    let [b, a] = [&runs[0], &runs[1]].map(|run| run.id().to_owned());

    let (text, stderr, code) = run(&history, &["runs", "compare", &a, &b]);
    assert_eq!((stderr.as_str(), code), ("", 0));
    // Columns are as wide as what is in them.
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let text = lines.join("\n");
    for told in [
        "input x 1 → 2\ninput xs [1,2,4] → [1,2]\noutput o0 ",
        "n1/n0:\ninput x 1 → 2\noutput o0 2 → 4\nn1/n1:",
        &format!("only in {a}: n0[2]"),
    ] {
        assert!(text.contains(told), "{told}\n{text}");
    }

    let (json, _, code) = run(&history, &["runs", "compare", &a, &b, "--json"]);
    assert_eq!(code, 0);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["only_in_a"], serde_json::json!(["n0[2]"]));
    assert_eq!(json["only_in_b"], serde_json::json!([]));
    let input = serde_json::json!({"what": "input", "name": "x", "a": "1", "b": "2"});
    assert_eq!(json["differences"][0], input);

    let file = directory.join("run.html");
    let page = [
        "runs",
        "page",
        &b,
        "--compare",
        &a,
        "-o",
        file.to_str().unwrap(),
    ];
    assert_eq!(run(&history, &page).2, 0);
    let page = data(&fs::read_to_string(&file).unwrap());
    assert_eq!(page["run"]["other"]["id"], a.as_str());
    let nodes = page["nodes"].as_array().unwrap();
    let absent: Vec<_> = nodes
        .iter()
        .filter(|node| node["state"] == "absent")
        .collect();
    assert_eq!(absent.len(), 1, "{absent:?}");
    assert_eq!(
        (&absent[0]["id"], &absent[0]["in"]),
        (&"[2]".into(), &0.into())
    );

    let same = run(&history, &["runs", "compare", &a, &a]);
    assert!(same.0.contains("no difference in inputs"), "{}", same.0);
    let (_, stderr, code) = run(&history, &["runs", "compare", &a, "none"]);
    assert_ne!(code, 0);
    assert!(stderr.contains("there is no run `none`"), "{stderr}");
}

/// A page has what a history has, which is for this user alone. A file that is there keeps its permissions.
#[cfg(unix)]
#[test]
fn a_new_page_is_private() {
    use std::os::unix::fs::PermissionsExt as _;

    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let history = History::in_dir(directory.join("history"));
    run(&history, &["run", "page.whole", "--x", "1", "--xs", "[1]"]);
    let file = directory.join("run.html");
    let mode = || fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    page_of(&history, &file);
    assert_eq!(mode(), 0o600);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    page_of(&history, &file);
    assert_eq!(mode(), 0o644);
}
