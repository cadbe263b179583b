//! The paths that `docs/from-flytekit.md` gives for flytekit's names are those of this crate.
//!
//! Whether a path exists is for the compiler to say, and it has no way to look one up from a text. So
//! `from_flytekit_paths.rs` uses each path in code that compiles only if it exists, public and of the kind it is said to
//! be, and the test here compares that list with the document. To generate such code from the document instead and run
//! `cargo check` on it was the other choice: it needs a second build of the crate, a cargo in the test, and cannot know
//! that a method takes `impl Into<String>` or that a name is a field's. Here an item that is renamed stops the build at
//! its line, and a path that stands in only one of the two places is named by the test.

#![allow(missing_docs, reason = "a test has no users")]

use std::collections::BTreeSet;

mod from_flytekit_paths;

const DOCUMENT: &str = include_str!("../docs/from-flytekit.md");

/// What stands between back quotes, with the number of its line.
fn code_spans() -> impl Iterator<Item = (usize, &'static str)> {
    DOCUMENT.lines().enumerate().flat_map(|(index, line)| {
        assert!(
            line.matches('`').count() % 2 == 0,
            "docs/from-flytekit.md:{}: a code span that is not closed on its line",
            index + 1
        );
        line.split('`')
            .skip(1)
            .step_by(2)
            .map(move |span| (index + 1, span))
    })
}

fn documented() -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for (line, span) in code_spans() {
        if span.starts_with("flyte_runtime") {
            let is_path = span.split("::").count() > 1
                && span.split("::").all(|segment| {
                    !segment.is_empty()
                        && segment
                            .chars()
                            .all(|c| c.is_ascii_alphanumeric() || c == '_')
                });
            assert!(
                is_path,
                "docs/from-flytekit.md:{line}: `{span}` is more than a path, and cannot be checked"
            );
            paths.insert(span.to_owned());
        }
    }
    paths
}

#[test]
fn the_document_and_the_checked_list_name_the_same_paths() {
    let documented = documented();
    let mut checked = BTreeSet::new();
    for path in from_flytekit_paths::all() {
        assert!(
            checked.insert(path.clone()),
            "tests/from_flytekit_paths.rs lists {path} twice"
        );
    }
    let unchecked: Vec<_> = documented.difference(&checked).collect();
    let forgotten: Vec<_> = checked.difference(&documented).collect();
    assert!(
        unchecked.is_empty() && forgotten.is_empty(),
        "only in docs/from-flytekit.md, so perhaps it does not exist; if it does, list it in tests/from_flytekit_paths.rs: \
         {unchecked:#?}\nonly in tests/from_flytekit_paths.rs; tell of it in docs/from-flytekit.md or remove it: \
         {forgotten:#?}"
    );
}

#[test]
fn every_row_has_three_cells_and_every_name_an_answer() {
    let mut rows = 0;
    for (index, line) in DOCUMENT.lines().enumerate() {
        let Some(row) = line.strip_prefix("| ") else {
            continue;
        };
        let place = format!("docs/from-flytekit.md:{}: {line}", index + 1);
        let row = row.replace(r"\|", "");
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [name, item, difference, ""] = cells[..] else {
            panic!("{place}\nhas not three cells");
        };
        assert!(!name.is_empty() && !difference.is_empty(), "{place}");
        if matches!(name, "flytekit" | "Flyte 2") {
            continue;
        }
        rows += 1;
        let has_item = item.starts_with("`flyte_runtime::");
        let says_why = item == "-" && difference != "-";
        assert!(
            has_item || says_why,
            "{place}\ngives neither an item nor why there is none"
        );
    }
    assert!(rows > 250, "only {rows} rows were read");
}
