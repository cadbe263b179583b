//! Lines have at most 120 columns: code, comments and pages. What programs print, tables and addresses may be longer.

use std::{fs, path::Path};

use super::{repository, source};

const COLUMNS: usize = 120;

/// Folders with Rust, and whether a text in them is broken with a `\` where it is too long. Expected output is not:
/// there a line is a line of what is printed.
const FOLDERS: [(&str, bool); 15] = [
    ("crates/check/src", true),
    ("crates/cli/src", true),
    ("crates/cluster/src", true),
    ("crates/config/src", true),
    ("crates/context/src", true),
    ("crates/core/src", true),
    ("crates/engine/src", false),
    ("crates/events/src", true),
    ("crates/grammar/src", true),
    ("crates/scope/src", true),
    ("crates/view/src", true),
    ("examples", false),
    ("flyte-runtime/src", true),
    ("flyte-runtime/tests", false),
    ("tests", false),
];

/// The parts of a text of Rust that are literals, from the first byte to the last, and whether each is raw.
fn literals(text: &str) -> Vec<(usize, usize, bool)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if let Some(hashes) = raw(rest) {
            let begin = rest.find('"').expect("a raw text has a quote") + 1;
            let close = format!("\"{}", "#".repeat(hashes));
            let length = rest[begin..].find(&close).expect("a raw text ends");
            let end = at + begin + length + close.len();
            found.push((at, end, true));
            at = end;
        } else if bytes[at] == b'"' {
            let start = at;
            at += 1;
            while at < bytes.len() && bytes[at] != b'"' {
                at += if bytes[at] == b'\\' { 2 } else { 1 };
            }
            at += 1;
            found.push((start, at, false));
        } else if bytes[at] == b'\'' {
            // A character, or a lifetime.
            let mut characters = rest.chars().skip(1);
            let length = match (characters.next(), characters.next()) {
                (Some('\\'), _) => rest[3..].find('\'').map(|end| end + 4),
                (Some(one), Some('\'')) => Some(2 + one.len_utf8()),
                _ => None,
            };
            at += length.unwrap_or(1);
        } else if bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_' {
            // The `r` at the end of a word begins no raw text.
            let word = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let length = word.unwrap_or(rest.len());
            at += length;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// How many `#` a raw text has that begins here.
fn raw(text: &str) -> Option<usize> {
    let rest = text
        .strip_prefix(['b', 'c'])
        .unwrap_or(text)
        .strip_prefix('r')?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].starts_with('"').then_some(hashes)
}

/// Whether nothing can be done about a line of prose: a row of a table, or a word that is too long by itself.
fn cannot_be_broken(line: &str) -> bool {
    let text = line.trim_start_matches([' ', '/', '!', '#']);
    let longest = text.split(' ').map(|word| word.chars().count()).max();
    text.starts_with('|') || longest.unwrap_or(0) + 10 > COLUMNS
}

fn is_long(line: &str) -> bool {
    line.chars().count() > COLUMNS
}

/// The numbers of the lines of Rust that are too long.
fn of_rust(text: &str, texts_are_broken: bool) -> Vec<usize> {
    if !text.lines().any(is_long) {
        return Vec::new();
    }
    let literals = literals(text);
    let mut wrong = Vec::new();
    let mut fence = false;
    let mut begin = 0;
    for (index, line) in text.split('\n').enumerate() {
        let end = begin + line.len();
        let trimmed = line.trim_start();
        let documents = trimmed.starts_with("///") || trimmed.starts_with("//!");
        if documents && trimmed[3..].trim_start().starts_with("```") {
            fence = !fence;
        }
        fence &= documents;
        let free = match trimmed.starts_with("//") {
            true => fence || cannot_be_broken(trimmed),
            // The end of the line lies in a text, or behind one that is too long.
            false => literals
                .iter()
                .any(|&(from, to, raw)| from < end && to > begin && (raw || !texts_are_broken)),
        };
        if is_long(line) && !free {
            wrong.push(index + 1);
        }
        begin = end + 1;
    }
    wrong
}

/// The numbers of the lines of a page that are too long.
fn of_page(text: &str) -> Vec<usize> {
    let mut fence = false;
    let mut wrong = Vec::new();
    for (index, line) in text.lines().enumerate() {
        fence ^= line.trim_start().starts_with("```");
        if is_long(line) && !fence && !cannot_be_broken(line) {
            wrong.push(index + 1);
        }
    }
    wrong
}

/// The numbers of the comments of a manifest that are too long.
fn of_manifest(text: &str) -> Vec<usize> {
    let lines = text.lines().enumerate();
    let long = lines.filter(|(_, line)| line.starts_with('#') && is_long(line));
    long.map(|(index, _)| index + 1).collect()
}

#[test]
fn lines_have_at_most_120_columns() {
    let mut wrong = Vec::new();
    let mut files = 0;
    let mut tell = |path: &Path, lines: Vec<usize>| {
        files += 1;
        let path = path
            .strip_prefix(repository())
            .expect("it is in the repository");
        wrong.extend(
            lines
                .iter()
                .map(|line| format!("{}:{line}", path.display())),
        );
    };
    for (folder, texts_are_broken) in FOLDERS {
        for (path, text) in source::files(&repository().join(folder)) {
            // Those are compared to the character with what the compiler says of them.
            let is_shown = path.starts_with(repository().join("tests/ui"));
            if !is_shown {
                tell(&path, of_rust(&text, texts_are_broken));
            }
        }
    }
    let pages = [
        ".",
        "docs",
        "crates",
        "examples",
        "flyte-runtime",
        "tests",
        "tests/cluster",
    ];
    for folder in pages {
        for entry in fs::read_dir(repository().join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let extension = path.extension().and_then(|extension| extension.to_str());
            let read = || fs::read_to_string(&path).expect("it can be read");
            match extension {
                Some("md") => tell(&path, of_page(&read())),
                Some("toml") => tell(&path, of_manifest(&read())),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "more than {COLUMNS} columns: {wrong:#?}");
    assert!(files > 300, "{files} files");
}

#[test]
fn only_what_cannot_be_broken_may_be_longer() {
    let words = "word ".repeat(30);
    let address = "x".repeat(130);
    assert_eq!(of_rust(&format!("fn f() {{}}\n// {words}\n"), true), [2]);
    assert_eq!(
        of_rust(&format!("// {address}\n/// | {words} |\n"), true),
        [0; 0]
    );
    assert_eq!(
        of_rust(&format!("/// ```\n/// {words}\n/// ```\n/// {words}"), true),
        [4]
    );
    let text = format!("let c = '\"'; let text = \"{words}\";");
    assert_eq!(of_rust(&text, true), [1]);
    assert_eq!(of_rust(&text, false), [0; 0]);
    assert_eq!(
        of_rust(&format!("f(r#\"\n{words}\"#);\ng({words});"), true),
        [3]
    );
    assert_eq!(
        of_page(&format!("{words}\n```\n{words}\n```\n| {words}")),
        [1]
    );
    assert_eq!(of_manifest(&format!("# {words}\na = \"{words}\"")), [1]);
}
