//! What is in the texts of errors reaches people as text, and never their terminal.

#![allow(clippy::unwrap_used, reason = "a test shows what failed")]

use flyte_runtime::{
    Registry,
    cli::Cli,
    files::TempSandbox,
    history::History,
    prelude::*,
    types::{FlyteType, Literal, LiteralType, TypeError},
};
use serde_json::Value as Json;

/// Colours, the title of the window, the direction of writing, and lines that look like the program's own.
const HOSTILE: &str =
    "no\u{1b}[31m\u{1b}]0;title\u{7}\u{9b}2J\u{202e}\r\nerror: a lie\r\nTo go on, use 'rm'.";

#[task(name = "hostile")]
fn hostile(text: String) -> Result<i64, &'static str> {
    drop(text);
    Err(HOSTILE)
}

#[task(name = "hostile_panic", retries = 1)]
fn hostile_panic() -> i64 {
    panic!("{HOSTILE}")
}

#[task(name = "long")]
fn long() -> Result<i64, String> {
    Err("x".repeat(10 << 20))
}

struct Nothing;

impl Nothing {
    fn promise(&self) -> Option<Promise<i64>> {
        None
    }
}

#[workflow(name = "hostile_body")]
fn hostile_body() -> i64 {
    Nothing.promise().expect(HOSTILE)
}

/// A value that cannot be shown, and not be dropped.
#[derive(Clone)]
struct Unshown;

impl FlyteType for Unshown {
    fn literal_type() -> LiteralType {
        i64::literal_type()
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        panic!("no literal")
    }

    fn from_literal(_: Literal) -> Result<Self, TypeError> {
        Ok(Self)
    }
}

impl Drop for Unshown {
    fn drop(&mut self) {
        panic!("not dropped");
    }
}

#[task(name = "unshown")]
fn unshown() -> Unshown {
    Unshown
}

fn run(history: Option<&History>, args: &[&str]) -> (String, String, u8) {
    let registry = Registry::builder()
        .with::<hostile>()
        .with::<hostile_panic>()
        .with::<hostile_body>()
        .with::<long>()
        .with::<unshown>()
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

/// Nothing in it moves the cursor or turns the text, and no line poses as one of the program.
#[track_caller]
fn assert_clean(text: &str) {
    let sent = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!text.contains(sent), "{text:?}");
    assert!(
        text.contains("no\\u{1b}[31m\\u{1b}]0;title\\u{7}\\u{9b}2J\\u{202e}\n"),
        "{text}"
    );
    for line in text.lines() {
        assert!(!line.starts_with("error: a lie"), "{text}");
        assert!(!line.starts_with("To go on, use 'rm'"), "{text}");
    }
}

#[test]
fn errors_are_told_without_what_a_terminal_would_obey() {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    let (stdout, stderr, code) = run(Some(&history), &["run", "hostile", "--text", "\u{1b}c"]);
    assert_eq!((&*stdout, code), ("", 1));
    assert_clean(&stderr);
    let (shown, _, _) = run(Some(&history), &["runs", "show", "last"]);
    assert_clean(&shown);
    let (_, stderr, _) = run(None, &["run", "hostile_panic"]);
    assert_clean(&stderr);
    assert!(stderr.contains("\n  attempt 0: panicked at "), "{stderr}");
    let (_, stderr, _) = run(None, &["describe", "hostile_body"]);
    assert_clean(&stderr);
}

#[test]
fn json_has_the_texts_as_they_are() {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    let (stdout, _, _) = run(Some(&history), &["run", "hostile", "--text", "a", "--json"]);
    let json: Json = serde_json::from_str(&stdout).unwrap();
    assert_eq!(json["error"]["failures"][0]["cause"], HOSTILE);
    let (shown, _, _) = run(Some(&history), &["runs", "show", "last", "--json"]);
    let json: Json = serde_json::from_str(&shown).unwrap();
    assert_eq!(json["nodes"][0]["error"], HOSTILE);
}

#[test]
fn a_long_error_is_cut_wherever_it_is_told() {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    let (stdout, stderr, _) = run(Some(&history), &["run", "long", "--json"]);
    let rest = (10 << 20) - (64 << 10);
    for text in [&stdout, &stderr] {
        assert!(text.contains(&format!("x… [{rest} more bytes]")));
        assert!(text.len() < 200 << 10, "{}", text.len());
    }
    let (shown, _, _) = run(Some(&history), &["runs", "show", "last"]);
    assert!(shown.len() < 200 << 10, "{}", shown.len());
}

#[test]
fn an_output_that_panics_when_it_is_shown_is_told() {
    let (stdout, stderr, code) = run(None, &["run", "unshown"]);
    assert_eq!((&*stdout, code), ("", 1));
    let told = "error: output `o0` of `unshown` cannot be shown: panicked at ";
    assert!(
        stderr.starts_with(told) && stderr.ends_with(": no literal\n"),
        "{stderr}"
    );
}
