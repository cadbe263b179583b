//! Commands that pages and examples show: running them, and comparing what is printed with what is shown.
//!
//! A line `...` stands for any lines, `[..]` for the rest of a line or a part of it. Standard output comes first, then
//! standard error.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::{LazyLock, OnceLock},
};

use flyte_runtime::files::TempSandbox;

/// With the feature `arrow` only what needs it is run: the rest is without it.
pub(crate) const ARROW: bool = cfg!(feature = "arrow");

pub(crate) fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The words of a command; what is in quotes is one word.
pub(crate) fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = command.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '"' | '\'' => rest[1..].split_once(first).unwrap(),
            _ => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

/// Whether text matches a pattern whose parts are separated by `wildcard`.
fn matches(text: &str, pattern: &str, wildcard: &str) -> bool {
    let mut parts = pattern.split(wildcard);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    true
}

pub(crate) fn is_as_shown(printed: &str, shown: &str) -> bool {
    let mut printed = printed.lines();
    let mut shown = shown.lines();
    while let Some(line) = shown.next() {
        if line == "..." {
            let Some(next) = shown.next() else {
                return true;
            };
            if !printed.any(|line| matches(line, next, "[..]")) {
                return false;
            }
        } else if !printed
            .next()
            .is_some_and(|text| matches(text, line, "[..]"))
        {
            return false;
        }
    }
    printed.next().is_none()
}

/// The program of an example.
fn program(example: &str) -> PathBuf {
    static PROGRAMS: OnceLock<PathBuf> = OnceLock::new();
    let programs = PROGRAMS.get_or_init(build);
    programs.join(format!("{example}{}", env::consts::EXE_SUFFIX))
}

/// Builds all examples and tells where they are. `cargo test` has built most of them; those that have tests it builds
/// with these only.
fn build() -> PathBuf {
    let test = env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo
        .args(match ARROW {
            true => "build --quiet --package flyte-examples --features arrow --example structured_dataset --example etl",
            false => "build --quiet --workspace --exclude flyte-stores --examples",
        }
        .split(' '))
        .arg("--target-dir")
        .arg(profile.parent().unwrap())
        .current_dir(directory());
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    assert!(cargo.status().unwrap().success());
    profile.join("examples")
}

/// Where the examples keep what outlives a run: not where the user does.
pub(crate) fn state() -> &'static Path {
    static STATE: LazyLock<TempSandbox> = LazyLock::new(TempSandbox::new);
    STATE.create().unwrap()
}

/// The command that starts an example, which keeps in `own` what outlives a run.
pub(crate) fn command(example: &str, args: &[String], own: &Path) -> Command {
    let mut command = Command::new(program(example));
    command.args(args).env("FLYTE_LOCAL_STATE_DIR", own);
    command
}

/// What a command prints, and whether it succeeds.
pub(crate) fn output_of(mut command: Command) -> (String, bool) {
    let output = command.output().unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    text += &String::from_utf8(output.stderr).unwrap();
    (text, output.status.success())
}

#[test]
fn a_difference_is_seen() {
    assert!(is_as_shown("a b c\nd\ne\n", "a [..] c\n...\ne\n"));
    assert!(is_as_shown("a\nb\n", "a\n...\n"));
    assert!(!is_as_shown("a\nb\n", "a\n"));
    assert!(!is_as_shown("a\n", "a\nb\n"));
    assert!(!is_as_shown("a x\n", "a [..]y\n"));
    assert!(!is_as_shown("a\nb\n", "...\nc\n"));
    assert_eq!(
        words("run --text \"a b\" \"\" x"),
        ["run", "--text", "a b", "", "x"]
    );
}
