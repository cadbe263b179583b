//! Counts the lines of a source tree by language, several files at a time.
//!
//! ```text
//! cargo run --release --example code_stats -- run code_stats --dir .
//! ```
//!
//! The graph is made once, before anything runs: one node that lists the files, four that each read a share of them in
//! parallel, and three that turn what they found into a table. `describe code_stats` lists them,
//! and `graph code_stats` draws them.

use std::{collections::BTreeMap, fs, path::Path};

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

/// How many tasks read files. A loop in a workflow unrolls over plain values, and this is one.
const BATCHES: usize = 4;

/// What one file consists of. A line with code and a comment on it counts as code.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FlyteType)]
struct FileStats {
    path: String,
    language: String,
    lines: u64,
    code: u64,
    comments: u64,
    blanks: u64,
    bytes: u64,
}

/// What all files of one language consist of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FlyteType)]
struct LanguageStats {
    language: String,
    files: u64,
    lines: u64,
    code: u64,
    comments: u64,
    blanks: u64,
    bytes: u64,
}

/// Finds the source files of a directory.
///
/// `target` and whatever is hidden are left out, and symbolic links are not followed.
#[task]
fn list_files(dir: String) -> Result<Vec<String>, String> {
    let mut files = Vec::new();
    let mut pending = vec![dir];
    while let Some(dir) = pending.pop() {
        let unreadable = |error| format!("cannot list {dir}: {error}");
        for entry in fs::read_dir(&dir).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let Ok(path) = entry.path().into_os_string().into_string() else {
                return Err(format!("{} is not UTF-8", entry.path().display()));
            };
            let name = entry.file_name();
            let hidden = name.to_string_lossy().starts_with('.');
            let kind = entry.file_type().map_err(unreadable)?;
            if hidden || name == "target" {
                continue;
            } else if kind.is_dir() {
                pending.push(path);
            } else if kind.is_file() && Language::of(&path).is_some() {
                files.push(path);
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// Counts the lines of every file whose turn it is: the files are dealt out to the batches like cards.
#[task]
fn count_batch(files: &[String], batch: usize, batches: usize) -> Result<Vec<FileStats>, String> {
    let batch = files.iter().skip(batch).step_by(batches);
    batch
        .filter_map(|path| Some((path, Language::of(path)?)))
        .map(|(path, language)| {
            let bytes = fs::read(path).map_err(|error| format!("cannot read {path}: {error}"))?;
            let text = String::from_utf8_lossy(&bytes);
            Ok(FileStats {
                path: path.clone(),
                bytes: bytes.len() as u64,
                ..language.count(&text)
            })
        })
        .collect()
}

/// Puts the batches together, in the order of the paths.
#[task]
fn merge(batches: Vec<Vec<FileStats>>) -> Vec<FileStats> {
    let mut files: Vec<FileStats> = batches.into_iter().flatten().collect();
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Adds the files up by language; the language with the most code comes first.
#[task]
fn aggregate(files: &[FileStats]) -> Vec<LanguageStats> {
    let mut languages: BTreeMap<&str, LanguageStats> = BTreeMap::new();
    for file in files {
        let sum = languages.entry(&file.language).or_default();
        sum.language.clone_from(&file.language);
        sum.files += 1;
        sum.lines += file.lines;
        sum.code += file.code;
        sum.comments += file.comments;
        sum.blanks += file.blanks;
        sum.bytes += file.bytes;
    }
    let mut languages: Vec<_> = languages.into_values().collect();
    languages.sort_by_key(|sum| std::cmp::Reverse(sum.code));
    languages
}

/// Writes the sums as a table with a line of totals.
#[task]
fn table(languages: &[LanguageStats]) -> String {
    let row = |name: &str, sums: [u64; 6]| {
        let sums = sums.map(|sum| format!("{sum:>11}")).concat();
        format!("{name:<12}{sums}\n")
    };
    let sums = |l: &LanguageStats| [l.files, l.code, l.comments, l.blanks, l.lines, l.bytes];
    let heads = ["Files", "Code", "Comments", "Blanks", "Lines", "Bytes"];
    let heads = heads.map(|head| format!("{head:>11}")).concat();
    let rule = "-".repeat(12 + heads.len()) + "\n";
    let rows: String = languages
        .iter()
        .map(|l| row(&l.language, sums(l)))
        .collect();
    let mut totals = [0; 6];
    for (total, column) in totals.iter_mut().zip(0..) {
        *total = languages.iter().map(|l| sums(l)[column]).sum();
    }
    let total = row("Total", totals);
    format!(
        "{:<12}{heads}\n{rule}{rows}{rule}{}",
        "Language",
        total.trim_end()
    )
}

/// Counts the lines of code, comments and blanks in a directory, by language.
#[workflow]
fn code_stats(
    /// Where the source files are.
    #[default(".")]
    dir: String,
) -> String {
    let files = list_files(dir);
    let mut batches = Vec::new();
    for batch in 0..BATCHES {
        batches.push(count_batch(files, batch, BATCHES));
    }
    table(aggregate(merge(batches)))
}

/// How a language marks its comments.
struct Language {
    name: &'static str,
    extensions: &'static [&'static str],
    line: &'static [&'static str],
    block: &'static [(&'static str, &'static str)],
}

const C_BLOCK: &[(&str, &str)] = &[("/*", "*/")];
const XML_BLOCK: &[(&str, &str)] = &[("<!--", "-->")];

#[rustfmt::skip]
const LANGUAGES: &[Language] = &[
    Language { name: "Rust", extensions: &["rs"], line: &["//"], block: C_BLOCK },
    Language { name: "C", extensions: &["c", "h"], line: &["//"], block: C_BLOCK },
    Language { name: "C++", extensions: &["cc", "cpp", "cxx", "hh", "hpp"], line: &["//"], block: C_BLOCK },
    Language { name: "Go", extensions: &["go"], line: &["//"], block: C_BLOCK },
    Language { name: "Java", extensions: &["java"], line: &["//"], block: C_BLOCK },
    Language { name: "JavaScript", extensions: &["js", "jsx", "mjs"], line: &["//"], block: C_BLOCK },
    Language { name: "TypeScript", extensions: &["ts", "tsx"], line: &["//"], block: C_BLOCK },
    Language { name: "Protobuf", extensions: &["proto"], line: &["//"], block: C_BLOCK },
    Language { name: "CSS", extensions: &["css"], line: &[], block: C_BLOCK },
    Language { name: "SQL", extensions: &["sql"], line: &["--"], block: C_BLOCK },
    Language { name: "Python", extensions: &["py", "pyi"], line: &["#"], block: &[("\"\"\"", "\"\"\""), ("'''", "'''")] },
    Language { name: "Shell", extensions: &["sh", "bash", "zsh"], line: &["#"], block: &[] },
    Language { name: "TOML", extensions: &["toml"], line: &["#"], block: &[] },
    Language { name: "YAML", extensions: &["yaml", "yml"], line: &["#"], block: &[] },
    Language { name: "JSON", extensions: &["json"], line: &[], block: &[] },
    Language { name: "Markdown", extensions: &["md"], line: &[], block: XML_BLOCK },
    Language { name: "HTML", extensions: &["html", "htm"], line: &[], block: XML_BLOCK },
];

impl Language {
    /// The language of a file, by its extension.
    fn of(path: &str) -> Option<&'static Self> {
        let extension = Path::new(path).extension()?.to_str()?;
        LANGUAGES
            .iter()
            .find(|language| language.extensions.contains(&extension))
    }

    /// Counts the lines of a text. Like all such counters it reads no grammar: a string that goes over several lines and has
    /// a comment's mark in it fools it.
    fn count(&self, text: &str) -> FileStats {
        let mut stats = FileStats {
            language: self.name.to_owned(),
            ..FileStats::default()
        };
        let mut block = None;
        for line in text.lines() {
            stats.lines += 1;
            match self.line_kind(line.trim(), &mut block) {
                Line::Blank => stats.blanks += 1,
                Line::Comment => stats.comments += 1,
                Line::Code => stats.code += 1,
            }
        }
        stats
    }

    /// What is on a line; `block` is what the line begins inside of, and then what the next one does.
    fn line_kind(&self, mut rest: &str, block: &mut Option<Block>) -> Line {
        let mut kind = Line::Blank;
        while !rest.is_empty() {
            if let Some(Block { end, counts_as }) = *block {
                kind = kind.max(counts_as);
                let Some((_, after)) = rest.split_once(end) else {
                    return kind;
                };
                *block = None;
                rest = after.trim_start();
            } else if self.line.iter().any(|mark| rest.starts_with(mark)) {
                return kind.max(Line::Comment);
            } else if let Some((start, end)) = self.block.iter().find(|(s, _)| rest.starts_with(s))
            {
                // Python's long strings are comments where a statement begins, and values elsewhere.
                let is_value = start == end && kind == Line::Code;
                let counts_as = if is_value { Line::Code } else { Line::Comment };
                *block = Some(Block { end, counts_as });
                kind = kind.max(counts_as);
                rest = &rest[start.len()..];
            } else {
                kind = Line::Code;
                rest = after_token(rest).trim_start();
            }
        }
        kind
    }
}

/// A comment or string that may go over several lines.
#[derive(Clone, Copy)]
struct Block {
    end: &'static str,
    counts_as: Line,
}

/// What a line counts as; code outweighs a comment, which outweighs nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Line {
    Blank,
    Comment,
    Code,
}

/// What follows the first character, or the first string in double quotes, whose content is no comment.
fn after_token(text: &str) -> &str {
    let mut chars = text.chars();
    if chars.next() == Some('"') {
        while let Some(c) = chars.next() {
            match c {
                '\\' => drop(chars.next()),
                '"' => break,
                _ => {}
            }
        }
    }
    chars.as_str()
}

fn main() -> ExitCode {
    flyte_runtime::main()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(extension: &str, text: &str) -> [u64; 3] {
        let language = Language::of(&format!("a.{extension}")).expect("it is known");
        let stats = language.count(text);
        assert_eq!(stats.lines, stats.code + stats.comments + stats.blanks);
        [stats.code, stats.comments, stats.blanks]
    }

    #[test]
    fn a_line_is_code_or_a_comment_or_blank() {
        assert_eq!(
            count("rs", "let x = 1; // one\n\n  // two\n/* three\n four */\n"),
            [1, 3, 1]
        );
        assert_eq!(
            count("rs", "/* a */ let x = \"/* no comment\";\nlet y;\n"),
            [2, 0, 0]
        );
        assert_eq!(
            count(
                "py",
                "\"\"\"Docs\nof a module.\"\"\"\nx = \"\"\"\n# text\n\"\"\"\n"
            ),
            [3, 2, 0]
        );
        assert_eq!(count("json", "{\"a\": \"# b\"}\n"), [1, 0, 0]);
        assert_eq!(count("toml", ""), [0, 0, 0]);
    }

    #[test]
    fn the_workflow_counts_its_own_source() {
        let table = code_stats(env!("CARGO_MANIFEST_DIR").to_owned()).expect("it is readable");
        assert!(table.starts_with("Language"), "{table}");
        assert!(table.contains("\nRust "), "{table}");
        assert!(table.contains("\nTotal "), "{table}");
    }

    #[test]
    fn a_directory_that_is_not_there_fails_the_task_that_lists_it() {
        let error = code_stats("no/such/directory".to_owned()).expect_err("it is not there");
        assert!(
            error.to_string().contains("cannot list no/such/directory"),
            "{error}"
        );
    }
}
