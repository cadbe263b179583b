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
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use shown::{ARROW, command, directory, is_as_shown, output_of, state, words};

mod shown;

/// A command and what it prints.
struct Shown {
    example: String,
    args: Vec<String>,
    output: String,
    /// Whether it is run with the feature `arrow`, as the others are not.
    arrow: bool,
}

/// The files of the examples, and of the programs in the gallery, by their names.
fn examples() -> BTreeMap<String, PathBuf> {
    let folders = [directory(), directory().join("gallery")];
    let files = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = files.map(|file| file.unwrap().path());
    files
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .map(|file| (file.file_stem().unwrap().to_str().unwrap().to_owned(), file))
        .filter(|(name, _)| !["book", "shown_output"].contains(&name.as_str()))
        .collect()
}

/// The commands in the `console` blocks at the top of an example.
fn shown(example: &str, file: &Path) -> Vec<Shown> {
    let source = fs::read_to_string(file).unwrap();
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

/// Runs are recorded only where that is what is shown: the error of one that is says how to go on with it.
fn run(example: &str, args: &[String]) -> (String, bool) {
    let mut command = command(example, args, &state().join(example));
    command.env("FLYTE_HISTORY", if example == "resume" { "1" } else { "0" });
    output_of(command)
}

/// Removes what was kept for the commands of this test: a static is never dropped.
struct Remove;

impl Drop for Remove {
    fn drop(&mut self) {
        for example in examples().keys() {
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
    let shown = examples();
    let shown = shown
        .iter()
        .flat_map(|(example, file)| self::shown(example, file));
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
    let expected = if ARROW { 2 } else { 30 };
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

/// What `graph` draws of a workflow, as a file in `docs` or deeper links to the source.
fn drawn(example: &str, workflow: &str, sources: &str) -> String {
    let args = ["graph", workflow, "--format", "svg", "--sources", sources];
    let (drawn, succeeded) = run(example, &args.map(str::to_owned));
    assert!(succeeded, "{drawn}");
    drawn
}

/// Compares a picture with its file. After a change `UPDATE_EXPECT=1` writes it again.
fn is_in(file: &str, drawn: &str) {
    let file = directory().join(file);
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&file, drawn).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == drawn, "{} is not what is drawn", file.display());
}

#[cfg(not(feature = "arrow"))]
#[test]
fn the_pictures_in_the_docs_are_what_is_drawn() {
    let [light, dark] = themes(&drawn("squares", "sum_of_squares", "../../"));
    is_in(
        "../docs/code_stats.svg",
        &drawn("code_stats", "code_stats", "../"),
    );
    is_in("../docs/pictures/squares-light.svg", &light);
    is_in("../docs/pictures/squares-dark.svg", &dark);
}

#[test]
fn the_pictures_of_the_gallery_are_what_is_drawn() {
    const WORKFLOWS: [(&str, &str); 10] = [
        ("backtest", "best"),
        ("crawl", "fetch_hosts"),
        ("document_index", "ask"),
        ("etl", "sales"),
        ("k_mers", "frequent"),
        ("log_analysis", "report"),
        ("monte_carlo", "round"),
        ("parameter_search", "search"),
        ("thumbnails", "sheet"),
        ("training", "experiment"),
    ];
    for (example, workflow) in WORKFLOWS {
        if (example == "etl") == ARROW {
            let picture = drawn(example, workflow, "../../");
            is_in(&format!("gallery/{example}.svg"), &picture);
        }
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
    let manifest = fs::read_to_string(directory().join("Cargo.toml")).unwrap();
    for (example, file) in examples() {
        let folder = file.parent().unwrap();
        let readme = fs::read_to_string(folder.join("README.md")).unwrap();
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
            assert!(
                !shown(&example, &file).is_empty(),
                "{example} shows no command"
            );
        }
    }
}

/// `check` finds no errors, in all of them.
#[cfg(not(feature = "arrow"))]
#[test]
fn a_cluster_takes_what_the_examples_declare() {
    let mut checked = 0;
    for (example, file) in examples() {
        let source = fs::read_to_string(file).unwrap();
        if source.contains("flyte_runtime::main()") && !source.contains("StructuredDataset") {
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
