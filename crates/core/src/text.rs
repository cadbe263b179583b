//! Texts made by user code: how much of one is kept and how it is displayed.

use std::{borrow::Cow, fmt};

/// How many bytes of a text are kept.
pub(crate) const KEPT: usize = 64 << 10;

/// How many more bytes are counted. A longer text may be endless, so writing it is stopped with an error.
const COUNTED: usize = 64 << 20;

/// Keeps the beginning of what is written to it, and counts the rest.
#[derive(Debug)]
pub(crate) struct Bounded {
    text: String,
    room: usize,
    cut: usize,
}

impl Default for Bounded {
    fn default() -> Self {
        Self::of(KEPT)
    }
}

impl Bounded {
    /// Keeps at most this many bytes.
    pub(crate) fn of(room: usize) -> Self {
        Self {
            text: String::new(),
            room,
            cut: 0,
        }
    }

    /// Whether the text was stopped because it may be endless.
    pub(crate) fn was_stopped(&self) -> bool {
        self.cut > COUNTED
    }

    /// The text; one that was cut ends with a note of how much is missing.
    pub(crate) fn finish(mut self) -> String {
        if self.was_stopped() {
            self.text += &format!("… [more than {COUNTED} more bytes]");
        } else if self.cut > 0 {
            self.text += &format!("… [{} more bytes]", self.cut);
        }
        self.text
    }
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = match self.cut {
            0 => self.room - self.text.len(),
            // Text after a gap would look as if it followed the text before.
            _ => 0,
        };
        let kept = start_of(text, room);
        self.text.push_str(kept);
        self.cut += text.len() - kept.len();
        match self.was_stopped() {
            true => Err(fmt::Error),
            false => Ok(()),
        }
    }
}

/// The start of a text: at most this many bytes, without splitting a character.
pub fn start_of(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The end of a text: at most this many bytes, without splitting a character.
pub(crate) fn end_of(text: &str, most: usize) -> &str {
    let mut start = text.len().saturating_sub(most);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..]
}

/// A text, cut to the length that is kept.
pub fn bounded(text: impl fmt::Display) -> String {
    let mut kept = Bounded::default();
    // What was written before an error is kept.
    let _ = fmt::Write::write_fmt(&mut kept, format_args!("{text}"));
    kept.finish()
}

/// Indents all lines of a text but the first, so that they cannot be mistaken for lines of the surrounding text.
pub fn hanging(text: &str) -> Cow<'_, str> {
    match text.contains('\n') {
        true => text.replace('\n', "\n    ").into(),
        false => text.into(),
    }
}

/// A text that is safe for a terminal: characters that move the cursor, change colours or change the writing direction
/// are shown as escapes. Line breaks and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_escaped) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\r' if rest.peek() == Some(&'\n') => {}
            character if is_escaped(character) => shown.extend(character.escape_default()),
            character => shown.push(character),
        }
    }
    shown.into()
}

/// One record of a log or a progress list: [`visible`], with lines that cannot be mistaken for other records.
pub fn record(text: &str) -> String {
    hanging(&visible(text)).into_owned()
}

/// The first line of a text that is not blank, cut to a length that reads at a glance, and [`visible`].
pub fn glance(text: &str) -> String {
    const SHOWN: usize = 300;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let line = visible(lines.next().unwrap_or_default()).into_owned();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn is_escaped(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        // Marks, embeddings, overrides and isolates of writing direction, and characters that some terminals treat as
        // line ends.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            true
        }
        character => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_and_says_how_much_is_missing() {
        assert_eq!(bounded("short"), "short");
        assert_eq!(bounded("x".repeat(KEPT)), "x".repeat(KEPT));
        let long = format!("x{}", "é".repeat(KEPT));
        let kept = bounded(&long);
        let (text, rest) = kept.split_once('…').expect("it is cut");
        assert_eq!(text.len(), KEPT - 1);
        assert_eq!(rest, format!(" [{} more bytes]", long.len() - text.len()));
    }

    #[test]
    fn ends_of_a_text_have_whole_letters() {
        let ends = |most| (start_of("aéé", most), end_of("aéé", most));
        assert_eq!(ends(0), ("", ""));
        assert_eq!(ends(1), ("a", ""));
        assert_eq!(ends(2), ("a", "é"));
        assert_eq!(ends(4), ("aé", "éé"));
        assert_eq!(ends(5), ("aéé", "aéé"));
        assert_eq!(ends(usize::MAX), ("aéé", "aéé"));
    }

    #[test]
    fn nothing_is_kept_behind_a_gap() {
        let mut text = Bounded::of(3);
        for part in ["ab", "éé", "c"] {
            fmt::Write::write_str(&mut text, part).expect("it takes all");
        }
        assert_eq!(text.finish(), "ab… [5 more bytes]");
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        let text = "\u{1b}[31mred\u{7}\u{9b}2J \u{202e}back\u{2066} a\tb\r\nc\rd\u{2028}e é …";
        assert_eq!(
            visible(text),
            "\\u{1b}[31mred\\u{7}\\u{9b}2J \\u{202e}back\\u{2066} a\tb\nc\\rd\\u{2028}e é …"
        );
        assert!(matches!(visible("plain\ntext"), Cow::Borrowed(_)));
        assert_eq!(record("a\nerror: b\n\tc"), "a\n    error: b\n    \tc");
        assert_eq!(glance("\n \n one\u{7}\ntwo"), " one\\u{7}");
        assert_eq!(glance(&"é".repeat(301)), "é".repeat(300) + "…");
    }
}
