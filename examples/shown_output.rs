//! Runs the commands that the examples show in their documentation, and compares what is printed with what is shown.
//!
//! A line `...` stands for any lines, `[..]` for the rest of a line or a part of it. Standard output comes first, then
//! standard error; a command fails exactly when what it shows has a line that starts with `error:`.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{LazyLock, OnceLock},
};

use flyte_runtime::files::TempSandbox;

/// With the feature `arrow` only what needs it is run: the rest is without it.
const ARROW: bool = cfg!(feature = "arrow");

/// A command and what it prints.
struct Shown {
    example: String,
    args: Vec<String>,
    output: String,
    /// Whether it is run with the feature `arrow`, as the others are not.
    arrow: bool,
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The names of the examples, by their files.
fn examples() -> Vec<String> {
    let files = fs::read_dir(directory()).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let mut names: Vec<String> = files
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "shown_output")
        .collect();
    names.sort();
    names
}

/// The commands in the `console` blocks at the top of an example.
fn shown(example: &str) -> Vec<Shown> {
    let source = fs::read_to_string(directory().join(format!("{example}.rs"))).unwrap();
    let docs = source.lines().map_while(|line| line.strip_prefix("//!"));
    let mut shown: Vec<Shown> = Vec::new();
    let mut inside = false;
    for line in docs.map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        let with_arrow = line.strip_prefix("$ cargo run --features arrow --example ");
        let command = with_arrow.or_else(|| line.strip_prefix("$ cargo run --example "));
        match (inside, command) {
            (false, _) => inside = line == "```console",
            (true, _) if line == "```" => inside = false,
            (true, Some(command)) => {
                let mut words = words(command);
                assert_eq!(words.remove(0), example, "{line}");
                if !words.is_empty() {
                    assert_eq!(words.remove(0), "--", "{line}");
                }
                shown.push(Shown {
                    example: example.to_owned(),
                    args: words,
                    output: String::new(),
                    arrow: with_arrow.is_some(),
                });
            }
            (true, None) => {
                let output = &mut shown.last_mut().unwrap().output;
                output.push_str(line);
                output.push('\n');
            }
        }
    }
    shown
}

/// The words of a command; what is in quotes is one word.
fn words(command: &str) -> Vec<String> {
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

fn is_as_shown(printed: &str, shown: &str) -> bool {
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
            true => "build --quiet --package flyte-examples --features arrow --example structured_dataset",
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
fn state() -> &'static Path {
    static STATE: LazyLock<TempSandbox> = LazyLock::new(TempSandbox::new);
    STATE.create().unwrap()
}

/// Runs are recorded only where that is what is shown: the error of one that is says how to go on with it.
fn run(example: &str, args: &[String]) -> (String, bool) {
    let output = Command::new(program(example))
        .args(args)
        .env("FLYTE_LOCAL_STATE_DIR", state().join(example))
        .env("FLYTE_HISTORY", if example == "resume" { "1" } else { "0" })
        .output()
        .unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    text += &String::from_utf8(output.stderr).unwrap();
    (text, output.status.success())
}

/// Removes what was kept for the commands of this test: a static is never dropped.
struct Remove;

impl Drop for Remove {
    fn drop(&mut self) {
        for example in examples() {
            // Most examples keep nothing.
            let _none = fs::remove_dir_all(state().join(example));
        }
    }
}

#[test]
fn the_examples_print_what_they_show() {
    let _remove = Remove;
    let mut differences = String::new();
    let mut commands = 0;
    let shown = examples().into_iter().flat_map(|example| shown(&example));
    for shown in shown.filter(|shown| shown.arrow == ARROW) {
        let (printed, succeeded) = run(&shown.example, &shown.args);
        let fails = shown.output.lines().any(|line| line.starts_with("error:"));
        commands += 1;
        if succeeded == fails || !is_as_shown(&printed, &shown.output) {
            differences += &format!(
                "\n{} {:?} shows\n{}and prints\n{printed}",
                shown.example, shown.args, shown.output
            );
        }
    }
    assert!(differences.is_empty(), "{differences}");
    let expected = if ARROW { 1 } else { 20 };
    assert!(commands >= expected, "only {commands} commands were found");
}

/// A picture that is as light or dark as the system of the reader, and the same for light and for dark alone: a code
/// host shows the one that fits its own theme.
#[cfg(not(feature = "arrow"))]
fn themes(picture: &str) -> [String; 2] {
    let (before, rest) = picture
        .split_once("@media(prefers-color-scheme:dark){")
        .unwrap();
    let (night, after) = rest.split_once("}}").unwrap();
    [
        format!("{before}{after}"),
        format!("{before}{night}}}{after}"),
    ]
}

/// The pictures of graphs in README and docs are what `graph` draws. After a change `UPDATE_EXPECT=1` writes them
/// again.
#[cfg(not(feature = "arrow"))]
#[test]
fn the_pictures_in_the_docs_are_what_is_drawn() {
    let draw = |example: &str, name: &str, sources: &str| {
        let args = ["graph", name, "--format", "svg", "--sources", sources];
        let (drawn, succeeded) = run(example, &args.map(str::to_owned));
        assert!(succeeded, "{drawn}");
        drawn
    };
    let [light, dark] = themes(&draw("squares", "sum_of_squares", "../../"));
    for (file, drawn) in [
        ("code_stats.svg", draw("code_stats", "code_stats", "../")),
        ("pictures/squares-light.svg", light),
        ("pictures/squares-dark.svg", dark),
    ] {
        let file = directory().join("../docs").join(file);
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&file, &drawn).unwrap();
        }
        assert_eq!(fs::read_to_string(file).unwrap(), drawn);
    }
}

/// The README opens with this example; there each function is on one line.
#[test]
fn the_program_in_the_readme_is_an_example() {
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let example = fs::read_to_string(directory().join("squares.rs")).unwrap();
    let readme = fs::read_to_string(directory().join("../README.md")).unwrap();
    let program = readme.split("```").nth(1).unwrap();
    let program = program.strip_prefix("rust,no_run\n").unwrap();
    let mut items = 0;
    for item in program.split("\n\n") {
        assert!(bare(&example).contains(&bare(item)), "{item}");
        items += 1;
    }
    assert_eq!(items, 5);
}

#[test]
fn every_example_is_listed_and_shows_a_command() {
    let readme = fs::read_to_string(directory().join("README.md")).unwrap();
    let manifest = fs::read_to_string(directory().join("Cargo.toml")).unwrap();
    for example in examples() {
        assert!(
            readme.contains(&format!("[`{example}`]({example}.rs)")),
            "{example} is not in README.md"
        );
        assert!(
            manifest.contains(&format!("name = \"{example}\"")),
            "{example} is not in Cargo.toml"
        );
        // These show commands whose output is not fixed, or none.
        if !["hello", "code_stats", "remote"].contains(&example.as_str()) {
            assert!(!shown(&example).is_empty(), "{example} shows no command");
        }
    }
}

/// `check` finds no errors, in all of them.
#[cfg(not(feature = "arrow"))]
#[test]
fn a_cluster_takes_what_the_examples_declare() {
    let mut checked = 0;
    for example in examples() {
        let source = fs::read_to_string(directory().join(format!("{example}.rs"))).unwrap();
        if source.contains("flyte_runtime::main()") && !source.contains("feature = \"arrow\"") {
            let (report, succeeded) = run(&example, &["check".to_owned()]);
            assert!(succeeded, "{example}: {report}");
            checked += 1;
        }
    }
    assert!(checked >= 20, "only {checked} examples were found");
}

#[cfg(not(feature = "arrow"))]
#[test]
fn the_first_example_greets() {
    let args = ["run", "hello", "--name", "Ferris"].map(str::to_owned);
    assert_eq!(run("hello", &args), ("Hello, Ferris!\n".to_owned(), true));
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
