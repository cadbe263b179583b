//! The command line, from its arguments to what it prints and its exit code.
#![cfg(feature = "cli")]

mod cache;
mod completions;
mod describe;
mod entities;
mod files;
mod gates;
mod general;
mod graph;
mod help;
mod history;
mod inputs;
mod launch_plans;
mod man;
mod mistakes;
mod page;
mod runs;
#[cfg(feature = "remote")]
mod serialize;
mod texts;

use expect_test::Expect;
use flyte_runtime::{Registry, cli::Cli};

fn registry() -> Registry {
    entities::registry().expect("every name is there once")
}

/// Everything a command prints and its exit code, with line numbers left out.
fn output_of(registry: &Registry, args: &[&str]) -> String {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let args = ["app"].iter().chain(args);
    let exit = Cli::new(registry).run(args, &mut stdout, &mut stderr);
    let mut text = String::from_utf8(stdout).expect("it is text");
    if !stderr.is_empty() {
        text += "--- stderr\n";
        text += &String::from_utf8(stderr).expect("it is text");
    }
    format!("{}exit code {}\n", without_lines(&text), exit.code())
}

/// `file.rs:12:5` as `file.rs:LINE`.
fn without_lines(text: &str) -> String {
    let mut parts = text.split(".rs:");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let column = rest.strip_prefix(':').unwrap_or(rest);
        let without = column.trim_start_matches(|c: char| c.is_ascii_digit());
        let rest = if without.len() < column.len() {
            without
        } else {
            rest
        };
        kept += ".rs:LINE";
        kept += rest;
    }
    kept
}

#[track_caller]
fn check(args: &[&str], expected: Expect) {
    expected.assert_eq(&output_of(&registry(), args));
}

/// `args` with what comes before them split at spaces.
fn words<'a>(line: &'a str, args: &[&'a str]) -> Vec<&'a str> {
    line.split(' ').chain(args.iter().copied()).collect()
}
