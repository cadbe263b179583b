//! What `docs/features.md` says is shown somewhere is there.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{fs, path::Path};

const DOCUMENT: &str = include_str!("../docs/features.md");

/// What the document points to: files, and functions in files.
fn places() -> impl Iterator<Item = (usize, &'static str)> {
    DOCUMENT.lines().enumerate().flat_map(|(index, line)| {
        let spans = line.split('`').skip(1).step_by(2);
        spans
            .filter(|span| span.contains(".rs") || span.starts_with("tests/"))
            .map(move |span| (index + 1, span))
    })
}

#[test]
fn every_place_that_the_document_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (line, place) in places() {
        seen += 1;
        let (path, function) = match place.split_once("::") {
            Some((path, function)) => (path, Some(function)),
            None => (place, None),
        };
        let text = fs::read_to_string(root.join(path)).unwrap_or_default();
        let there = match function {
            Some(name) => text.contains(&format!("fn {name}(")),
            None => root.join(path).exists(),
        };
        if !there {
            wrong.push(format!("docs/features.md:{line}: `{place}`"));
        }
    }
    assert!(wrong.is_empty(), "not there:\n{}", wrong.join("\n"));
    assert!(seen > 100, "{seen} places");
}
