//! Texts of every script and length.

use flyte_runtime::prelude::*;

use crate::case::{Case, Kind, case, held};

#[task]
fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

#[workflow]
fn twice_reversed(text: String) -> (String, String) {
    let once = reversed(text);
    (once, reversed(once))
}

#[task]
fn joined(texts: Vec<String>, by: String) -> String {
    texts.join(&by)
}

/// Texts of the source beside those of the inputs.
#[workflow]
fn framed(text: String) -> String {
    joined(
        vec![
            "„",
            text,
            "“ – ’\u{0}\t\r\n",
            "\\\"${x}$(y){{.inputs.text}}%s",
            "🦀",
        ],
        "\u{200b}",
    )
}

#[task]
fn repeated(text: String, times: usize) -> String {
    text.repeat(times)
}

#[task]
fn length(text: &str) -> usize {
    text.chars().count()
}

/// A text of a megabyte goes from task to task.
#[workflow]
fn a_long_one(text: String) -> (usize, usize) {
    let long = repeated(text, 100_000);
    (length(long), length(reversed(long)))
}

#[task]
fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[workflow]
fn first_and_last(text: String) -> String {
    let words = words(text);
    joined(vec![words.at(0), words.at(1)], " … ")
}

#[task]
fn checked(text: String) -> Result<String, String> {
    match text.is_ascii() {
        true => Ok(text),
        false => Err(format!("„{text}“ hat Umlaute: ÄÖÜ 🦀\nin zwei Zeilen")),
    }
}

#[workflow]
fn errors_with_letters(text: String) -> String {
    checked(checked(text))
}

#[workflow]
fn by_a_default(
    #[default("Übergrößenträger")] text: String,
    #[default(", ")] by: String,
    #[default(vec!["".to_owned(), "一二三".to_owned()])] more: Vec<String>,
) -> String {
    joined(vec![text, joined(more, by)], by)
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let framed_text =
        "„\u{200b}ẞ\u{200b}“ – ’\u{0}\t\r\n\u{200b}\\\"${x}$(y){{.inputs.text}}%s\u{200b}🦀";
    held(
        "texts",
        [
            case(twice_reversed::call("añ日🦀".to_owned()))
                .gives(("🦀日ña".to_owned(), "añ日🦀".to_owned())),
            case(twice_reversed::call(String::new()))
                .gives((String::new(), String::new()))
                .with("empty"),
            case(framed::call("ẞ".to_owned())).gives(framed_text.to_owned()),
            case(a_long_one::call("zehn Zeich".to_owned())).gives((1_000_000, 1_000_000)),
            case(first_and_last::call("eins\u{a0}zwei".to_owned())).gives("eins … zwei".to_owned()),
            case(first_and_last::call("eins".to_owned()))
                .fails(Kind::Value, "")
                .with("without a second"),
            case(errors_with_letters::call("ascii".to_owned())).gives("ascii".to_owned()),
            case(errors_with_letters::call("größer".to_owned()))
                .fails(
                    Kind::Task,
                    "„größer“ hat Umlaute: ÄÖÜ 🦀
",
                )
                .with("umlauts"),
            case(call!(by_a_default())).gives("Übergrößenträger, , 一二三".to_owned()),
        ],
    )
}
