//! Colours of help and messages: where there are any, and what they are.
//!
//! clap can colour its texts, with six more crates. Its texts have one form, so they are coloured here when they are
//! complete; without the colours they stay what they were.

use std::{
    ffi::{OsStr, OsString},
    io::{self, IsTerminal as _},
};

/// Whether what is written to the two streams is coloured.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Colors {
    pub(super) stdout: bool,
    pub(super) stderr: bool,
}

impl Colors {
    /// Those of this process: of its terminals and variables.
    pub(super) fn of_process() -> Self {
        let variable = |name: &str| std::env::var_os(name);
        Self {
            stdout: wanted(io::stdout().is_terminal(), variable),
            stderr: wanted(io::stderr().is_terminal(), variable),
        }
    }

    /// As `--color` says, if it is among the arguments. It is searched for by hand, since clap tells no options beside
    /// help or a mistake; what follows `--` is not an option.
    pub(super) fn asked(self, args: &[OsString]) -> Self {
        let options = args.iter().take_while(|arg| *arg != "--");
        let options: Vec<_> = options.map(|arg| arg.to_string_lossy()).collect();
        let mut chosen = self;
        for (position, option) in options.iter().enumerate() {
            let value = match option.strip_prefix("--color=") {
                Some(value) => value,
                None if option == "--color" => options.get(position + 1).map_or("", |next| next),
                None => continue,
            };
            chosen = match value {
                "always" => Self {
                    stdout: true,
                    stderr: true,
                },
                "never" => Self::default(),
                "auto" => self,
                _ => chosen,
            };
        }
        chosen
    }
}

/// Whether a stream is coloured: see <https://no-color.org> and <https://bixense.com/clicolors>.
fn wanted(is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    if is_set("NO_COLOR") {
        return false;
    }
    if is_set("CLICOLOR_FORCE") && variable("CLICOLOR_FORCE").as_deref() != Some(OsStr::new("0")) {
        return true;
    }
    let is_dumb = variable("TERM").as_deref() == Some(OsStr::new("dumb"));
    let is_off = variable("CLICOLOR").as_deref() == Some(OsStr::new("0"));
    is_terminal && !is_dumb && !is_off
}

const RESET: &str = "\x1b[0m";
const HEADING: &str = "\x1b[1;32m";
const LITERAL: &str = "\x1b[1;36m";
const PLACEHOLDER: &str = "\x1b[36m";
const ERROR: &str = "\x1b[1;31m";
const WARNING: &str = "\x1b[1;33m";
const NOTE: &str = "\x1b[1m";

/// Colours a help text as cargo does: headings green, what is typed as it stands cyan and bold, placeholders cyan.
pub(super) fn help(text: &str) -> String {
    let mut painted = String::with_capacity(text.len() * 2);
    // The description comes first; what it looks like is up to who wrote it.
    let mut in_description = !text.starts_with("Usage:");
    let mut previous = "";
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let content = line.trim_end_matches('\n');
        let end = &line[content.len()..];
        if let Some(usage) = content.strip_prefix("Usage:") {
            in_description = false;
            painted += &paint(HEADING, "Usage:");
            painted += &terms(usage);
        } else if in_description {
            painted += content;
        } else if !content.starts_with(' ')
            && content.ends_with(':')
            && previous.trim().is_empty()
            && lines.peek().is_some_and(|next| next.starts_with("  "))
        {
            painted += &paint(HEADING, content);
        } else if let Some(entry) = content.strip_prefix("  ") {
            // Names stand apart from what they are by at least two spaces.
            let indent = entry.len() - entry.trim_start().len();
            let names = entry.trim_start();
            let width = names.find("  ").unwrap_or(names.len());
            painted += "  ";
            painted += &entry[..indent];
            painted += &terms(&names[..width]);
            painted += &names[width..];
        } else {
            painted += content;
        }
        painted += end;
        previous = content;
    }
    painted
}

/// Words that are typed as they stand, with `<PLACEHOLDERS>` and `[PLACEHOLDERS]`.
fn terms(text: &str) -> String {
    let words = text.split_inclusive([' ', ',']);
    let words = words.map(|word| {
        let content = word.trim_end_matches([' ', ',']);
        let style = match content.starts_with(['<', '[']) || content.ends_with("...") {
            true => PLACEHOLDER,
            false => LITERAL,
        };
        format!("{}{}", paint(style, content), &word[content.len()..])
    });
    words.collect()
}

/// Colours messages: what kind of message a line is, tips, and the usage.
pub(super) fn messages(text: &str) -> String {
    let mut painted = String::with_capacity(text.len() + 64);
    for line in text.split_inclusive('\n') {
        let kinds = [("error:", ERROR), ("warning:", WARNING), ("note:", NOTE)];
        let kind = kinds.iter().find(|(kind, _)| line.starts_with(kind));
        if let Some((kind, style)) = kind {
            painted += &paint(style, kind);
            painted += &line[kind.len()..];
        } else if let Some(tip) = line.strip_prefix("  tip:") {
            painted += &format!("  {}{tip}", paint(LITERAL, "tip:"));
        } else if let Some(usage) = line.strip_prefix("Usage:") {
            let content = usage.trim_end();
            painted += &paint(HEADING, "Usage:");
            painted += &terms(content);
            painted += &usage[content.len()..];
        } else {
            painted += line;
        }
    }
    painted
}

fn paint(style: &str, text: &str) -> String {
    match text.is_empty() {
        true => String::new(),
        false => format!("{style}{text}{RESET}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(is_terminal: bool, variables: &[(&str, &str)]) -> bool {
        wanted(is_terminal, |name| {
            let found = variables.iter().find(|(own, _)| *own == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn variables_decide_where_there_are_colours() {
        assert!(of(true, &[]));
        assert!(!of(false, &[]));
        assert!(!of(true, &[("NO_COLOR", "1")]));
        assert!(of(true, &[("NO_COLOR", "")]));
        assert!(of(false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!of(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!of(true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
        assert!(!of(true, &[("TERM", "dumb")]));
        assert!(!of(true, &[("CLICOLOR", "0")]));
    }

    #[test]
    fn an_option_counts_more() {
        let asked = |args: &[&str]| {
            let args: Vec<_> = args.iter().map(OsString::from).collect();
            Colors::default().asked(&args).stdout
        };
        assert!(asked(&["app", "--help", "--color", "always"]));
        assert!(asked(&["app", "--color=always", "run"]));
        assert!(!asked(&[
            "app",
            "--color=always",
            "run",
            "--color",
            "never"
        ]));
        assert!(!asked(&["app", "--", "--color=always"]));
        assert!(!asked(&["app", "--color"]));
    }

    /// The text without its colours.
    fn plain(painted: &str) -> String {
        let mut pieces = painted.split('\x1b');
        let first = pieces.next().unwrap_or_default().to_owned();
        pieces.fold(first, |text, piece| {
            text + piece.split_once('m').map_or("", |(_, rest)| rest)
        })
    }

    #[test]
    fn help_is_the_same_text_with_headings_and_names_coloured() {
        let text = "About:\n  --not-an-option\n\nUsage: app run [OPTIONS] <NAME>\n\nRun options:\n      --jobs <N>  \
                    How many\n  -h, --help      Print help\n\nNAME: is one\n";
        let painted = help(text);
        assert_eq!(plain(&painted), text);
        assert!(
            painted.starts_with("About:\n  --not-an-option\n"),
            "{painted:?}"
        );
        for painting in [
            "\x1b[1;32mUsage:\x1b[0m \x1b[1;36mapp\x1b[0m \x1b[1;36mrun\x1b[0m \x1b[36m[OPTIONS]\x1b[0m",
            "\x1b[1;32mRun options:\x1b[0m\n      \x1b[1;36m--jobs\x1b[0m \x1b[36m<N>\x1b[0m  How many\n",
            "  \x1b[1;36m-h\x1b[0m, \x1b[1;36m--help\x1b[0m      Print help\n",
            "\n\nNAME: is one\n",
        ] {
            assert!(painted.contains(painting), "{painting:?} in {painted:?}");
        }
    }

    #[test]
    fn messages_are_the_same_text_with_their_kinds_coloured() {
        let text =
            "error: no `x`\n\n  tip: write `y`\n\nUsage: app list\nnote: error: is not one\n";
        let painted = messages(text);
        assert_eq!(plain(&painted), text);
        assert_eq!(painted.matches(ERROR).count(), 1);
        assert!(
            painted.contains("  \x1b[1;36mtip:\x1b[0m write"),
            "{painted:?}"
        );
    }
}
