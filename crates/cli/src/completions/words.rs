//! The words of a line as a shell reads them, up to the cursor.

use std::path::Path;

use super::shell::Shell;

/// What has been typed.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// The words before the one at the cursor, without quotes.
    words: Vec<String>,
    pub(super) current: Word,
}

/// A word that may be unfinished.
#[derive(Debug, Default)]
pub(super) struct Word {
    /// What it says, without quotes.
    pub(super) text: String,
    /// How it was typed.
    pub(super) raw: String,
    /// The quote that is still open.
    pub(super) quote: Option<char>,
}

impl Typed {
    /// The words between the program and the cursor. The program may have others before it, as in `sudo app run`.
    pub(super) fn before(&self, bin: &str) -> &[String] {
        let is_program = |word: &String| {
            let name = Path::new(word).file_name().unwrap_or_default();
            let stem = Path::new(word).file_stem().unwrap_or_default();
            name == bin || stem == bin
        };
        // A program that is called by another name is the first word.
        let program = self.words.iter().position(is_program).unwrap_or(0);
        self.words.get(program + 1..).unwrap_or_default()
    }
}

/// The words of a line in which quotes and escapes are as typed.
pub(super) fn of_line(line: &str, shell: Shell) -> Typed {
    let mut typed = Typed::default();
    let mut word: Option<Word> = None;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let quote = word.as_ref().and_then(|word| word.quote);
        if quote.is_none() && character.is_whitespace() {
            typed.words.extend(word.take().map(|word| word.text));
            continue;
        }
        let word = word.get_or_insert_default();
        word.raw.push(character);
        match (quote, character) {
            (None, '\'' | '"') => word.quote = Some(character),
            (Some(open), _) if character == open => word.quote = None,
            (_, '\\') => {
                let next = characters.peek().copied();
                let is_escape = next.is_some_and(|next| match quote {
                    None => true,
                    Some('"') => matches!(next, '"' | '\\' | '$' | '`'),
                    // In fish a quote can be escaped inside single quotes, too.
                    Some(_) => shell == Shell::Fish && matches!(next, '\'' | '\\'),
                });
                if is_escape && let Some(next) = characters.next() {
                    word.raw.push(next);
                    word.text.push(next);
                } else if next.is_some() || quote.is_some() {
                    word.text.push(character);
                }
            }
            _ => word.text.push(character),
        }
    }
    typed.current = word.unwrap_or_default();
    typed
}

/// The words from a shell that has read them itself; the last one is at the cursor.
pub(super) fn of_arguments(words: impl Iterator<Item = String>) -> Typed {
    let mut words: Vec<_> = words.collect();
    let text = words.pop().unwrap_or_default();
    let current = Word {
        raw: text.clone(),
        text,
        quote: None,
    };
    Typed { words, current }
}

/// The words on lines of their own, as bytes in hexadecimal: PowerShell passes quotes in arguments on differently from
/// version to version, and digits in the same way in all of them.
pub(super) fn of_hex(hex: &str) -> Typed {
    let bytes = hex.split('-').map(|byte| u8::from_str_radix(byte, 16));
    let bytes: Vec<u8> = bytes.filter_map(Result::ok).collect();
    let text = String::from_utf8_lossy(&bytes);
    of_arguments(text.split('\n').map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str, shell: Shell) -> (Vec<String>, String, Option<char>) {
        let typed = of_line(line, shell);
        (typed.words, typed.current.text, typed.current.quote)
    }

    #[test]
    fn words_are_read_as_the_shell_reads_them() {
        let words = |line: &str| read(line, Shell::Bash);
        assert_eq!(
            words("app run "),
            (vec!["app".into(), "run".into()], String::new(), None)
        );
        assert_eq!(words(r"app a\ b").1, "a b");
        assert_eq!(
            words(r#"app "a b"#),
            (vec!["app".into()], "a b".into(), Some('"'))
        );
        assert_eq!(words(r#"app 'it'\''s "so"'"#).1, r#"it's "so""#);
        assert_eq!(words(r#"app "a\"b\c"#).1, r#"a"b\c"#);
        assert_eq!(words(r#"app "" x"#).0, ["app", ""]);
        // A backslash that escapes nothing yet.
        assert_eq!(words(r"app a\").1, "a");
        assert_eq!(read(r"app 'it\'s", Shell::Fish).1, "it's");
        assert_eq!(read(r"app 'it\'s", Shell::Bash).1, r"it\s");
    }

    #[test]
    fn the_program_may_have_words_before_it() {
        let typed = of_line("sudo /opt/bin/app run x", Shell::Bash);
        assert_eq!(typed.before("app"), ["run"]);
        assert_eq!(typed.before("called_otherwise"), ["/opt/bin/app", "run"]);
        let typed = of_line("app run app.task --x ", Shell::Bash);
        assert_eq!(typed.before("app"), ["run", "app.task", "--x"]);
    }

    #[test]
    fn hexadecimal_digits_are_words() {
        let typed = of_hex("61-70-70-0A-72-75-6E-0A-C3-A9");
        assert_eq!(typed.words, ["app", "run"]);
        assert_eq!(typed.current.text, "é");
    }
}
