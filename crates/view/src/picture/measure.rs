//! How wide text is, without a font: as wide as it gets in the fonts that are asked for.

/// What the width of a letter is, in parts of the size of the font.
const MONO: f64 = 0.605;

/// A text in a font of which all letters are equally wide, in pixels.
pub(super) fn mono(text: &str, size: f64) -> f64 {
    cells(text) as f64 * MONO * size
}

/// A text in a font without serifs.
pub(super) fn sans(text: &str, size: f64) -> f64 {
    let width: f64 = text
        .chars()
        .map(|letter| match letter {
            'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.34,
            'f' | 't' | 'r' | 'I' | ' ' | '(' | ')' | '[' | ']' | '/' | '-' | '"' => 0.42,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.98,
            'A'..='Z' => 0.73,
            '=' | '<' | '>' | '+' | '&' => 0.84,
            letter if letter.is_ascii() => 0.64,
            letter => 1.1 * wide(letter) as f64 / 2.0,
        })
        .sum();
    width * size
}

/// How many cells of a terminal a text takes.
pub(crate) fn cells(text: &str) -> usize {
    text.chars().map(wide).sum()
}

/// A letter of East Asia, or a sign that is drawn as wide as one, takes two cells, a mark on a letter none.
fn wide(letter: char) -> usize {
    match letter as u32 {
        0x300..=0x36f
        | 0x483..=0x489
        | 0x591..=0x5bd
        | 0x610..=0x61a
        | 0x64b..=0x65f
        | 0x1ab0..=0x1aff
        | 0x1dc0..=0x1dff
        | 0x200b..=0x200f
        | 0x20d0..=0x20ff
        | 0xfe00..=0xfe0f
        | 0xfe20..=0xfe2f
        | 0xe0100..=0xe01ef => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// As much of a text as takes so many cells, with a sign that it goes on.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if cells(text) <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut taken = 1;
    for letter in text.chars() {
        taken += wide(letter);
        if taken > most {
            break;
        }
        kept.push(letter);
    }
    kept.truncate(kept.trim_end().len());
    kept + "…"
}

/// One line, without anything that moves a cursor or turns the direction of writing.
pub(crate) fn line(text: &str) -> String {
    let one: Vec<&str> = text.split_whitespace().collect();
    flyte_core::text::visible(&one.join(" ")).into_owned()
}
