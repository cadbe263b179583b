//! Tasks: ordinary functions, sync or async, that may fail, borrow their inputs and have defaults.
//!
//! ```console
//! $ cargo run --example tasks -- run report
//! 4 words, the longest is "workflows": Flyte runs typed workflows
//! $ cargo run --example tasks -- run report --text "tiny words" --limit 3 --note "cut"
//! 2 words, the longest is "wor": tiny words (cut)
//! $ cargo run --example tasks -- run parse --text 12
//! 12
//! ```
//!
//! A task that fails ends the run with a report of what it was given, and the program with exit code 1:
//!
//! ```console
//! $ cargo run --example tasks -- run parse --text 12x
//! error: task `tasks.parse` failed: invalid digit found in string
//!   with: text = "12x"
//!   task at examples/tasks.rs:[..]
//! ```

use std::{num::ParseIntError, time::Duration};

use flyte_runtime::prelude::*;

/// Splits a text into words.
///
/// The function stays what it was: `words("a b".to_owned())` is a plain call, here and in other tasks.
#[task]
fn words(text: String) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

// ANCHOR: longest
/// Finds the longest word. A borrowed input is lent by the engine and not copied, however many tasks read it.
#[task]
fn longest(words: &[String]) -> Option<String> {
    words.iter().max_by_key(|word| word.len()).cloned()
}
// ANCHOR_END: longest

// ANCHOR: shorten
/// Cuts a word. An input with a default may be left out: `shorten(word = w)`, or no `--limit` on the command line.
#[task]
fn shorten(word: Option<String>, #[default(20)] limit: usize) -> String {
    word.unwrap_or_default().chars().take(limit).collect()
}
// ANCHOR_END: shorten

// ANCHOR: fetch
/// Looks a text up. An async task that waits keeps no thread busy; it needs no runtime around it.
#[task]
async fn fetch(text: String) -> String {
    tokio::time::sleep(Duration::from_millis(1)).await;
    text
}
// ANCHOR_END: fetch

// ANCHOR: parse
/// Reads a number. The error may be of any type that converts into `Box<dyn Error + Send + Sync>`, a `String` too.
#[task]
fn parse(text: &str) -> Result<i64, ParseIntError> {
    text.parse()
}
// ANCHOR_END: parse

// ANCHOR: write
/// Writes the report. An `Option` says that there may be nothing; the command line makes it `None` when it is left out,
/// and a default does so everywhere.
#[task]
fn write(
    text: &str,
    words: &[String],
    longest: &str,
    #[default(None)] note: Option<String>,
) -> String {
    let note = note.map(|note| format!(" ({note})")).unwrap_or_default();
    format!(
        "{} words, the longest is {longest:?}: {text}{note}",
        words.len()
    )
}
// ANCHOR_END: write

// ANCHOR: report
/// Reports on the words of a text.
#[workflow]
fn report(
    /// The text.
    #[default("Flyte runs typed workflows")]
    text: String,
    /// How much of the longest word is shown.
    #[default(20)]
    limit: usize,
    /// A remark.
    note: Option<String>,
) -> String {
    let text = fetch(text);
    let words = words(text);
    write(text, words, shorten(longest(words), limit), note)
}
// ANCHOR_END: report

fn main() -> ExitCode {
    flyte_runtime::main()
}
