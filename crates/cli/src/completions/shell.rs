//! Shells: their scripts, and the form in which each takes answers.

use super::{
    candidates::Candidate,
    words::{self, Word},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shell {
    Bash,
    Zsh,
    Fish,
    Pwsh,
}

impl Shell {
    pub(super) const ALL: [Self; 4] = [Self::Bash, Self::Zsh, Self::Fish, Self::Pwsh];

    pub(super) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shell| shell.name() == name)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::Pwsh => "powershell",
        }
    }

    /// The script that is loaded once.
    pub(super) fn script(self, bin: &str) -> String {
        let template = match self {
            Self::Bash => include_str!("script.bash"),
            Self::Zsh => include_str!("script.zsh"),
            Self::Fish => include_str!("script.fish"),
            Self::Pwsh => include_str!("script.ps1"),
        };
        let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let function = bin.replace(|character| !is_plain(character), "_");
        let quoted = match self {
            Self::Pwsh => powershell_word(bin),
            Self::Fish => format!("'{}'", bin.replace('\\', "\\\\").replace('\'', "\\'")),
            _ => format!("'{}'", bin.replace('\'', "'\\''")),
        };
        // In comments, where a line break would end the comment.
        let shown = bin.replace(char::is_control, " ");
        template
            .replace("{{program}}", &quoted)
            .replace("{{shown}}", &shown)
            .replace("{{function}}", &format!("_{function}_completions"))
    }

    /// What can stand at the cursor, one a line.
    pub(super) fn answer(
        self,
        current: &Word,
        replaces: Option<&str>,
        found: &[Candidate],
    ) -> String {
        // A line for each, so those that would take several cannot be told.
        let found = found
            .iter()
            .filter(|found| !found.value.contains(char::is_control));
        let matching = found
            .clone()
            .filter(|found| found.value.starts_with(&current.text));
        let mut lines = String::new();
        match self {
            Self::Bash => {
                for Candidate { value, .. } in matching {
                    if let Some(word) = bash_word(current, replaces.unwrap_or(&current.raw), value)
                    {
                        lines += &format!("{word}\n");
                    }
                }
            }
            Self::Zsh | Self::Fish => {
                // Where nothing begins as typed, they know other matches: without regard to case, or inside.
                let all = matching.clone().next().is_none();
                for found in found.filter(|found| all || found.value.starts_with(&current.text)) {
                    lines += &format!("{}\t{}\n", found.value, glance(&found.help));
                }
            }
            Self::Pwsh => {
                for found in matching {
                    let (word, value) = (powershell_word(&found.value), &found.value);
                    let help = match glance(&found.help) {
                        help if help.is_empty() => value.clone(),
                        help => help,
                    };
                    lines += &format!("{word}\t{value}\t{help}\n");
                }
            }
        }
        lines
    }
}

/// The first line of a help text, as long as a list of candidates shows.
fn glance(help: &str) -> String {
    const SHOWN: usize = 100;
    let line = help.lines().next().unwrap_or_default();
    let line = line.replace(char::is_control, " ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// What bash puts in place of `replaces`, the end of the word as typed. It leaves quotes to the script, and where a
/// word contains `:` or `=` it replaces only what follows.
fn bash_word(current: &Word, replaces: &str, value: &str) -> Option<String> {
    let kept = current.raw.strip_suffix(replaces).unwrap_or_default();
    let kept = words::of_line(kept, Shell::Bash).current;
    let rest = value.strip_prefix(&kept.text)?;
    let mut word = String::new();
    match kept.quote {
        // bash closes the quote.
        Some('"') => {
            for character in rest.chars() {
                if matches!(character, '"' | '\\' | '$' | '`') {
                    word.push('\\');
                }
                word.push(character);
            }
        }
        Some(_) => word = rest.replace('\'', "'\\''"),
        None => {
            // The directory of the user stays what it is.
            let home = kept.text.is_empty() && rest.starts_with("~/");
            for (position, character) in rest.chars().enumerate() {
                let is_plain = character.is_alphanumeric()
                    || "_./:=@%+,-".contains(character)
                    || home && position == 0;
                if !is_plain {
                    word.push('\\');
                }
                word.push(character);
            }
        }
    }
    Some(word)
}

fn powershell_word(value: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "_./:=\\-~".contains(character);
    match !value.is_empty() && value.chars().all(is_plain) {
        true => value.to_owned(),
        false => format!("'{}'", value.replace('\'', "''")),
    }
}

/// What a user does with the scripts.
pub(super) fn how_to_load(bin: &str) -> String {
    format!(
        "\
How to load it in each new shell:
  bash        {bin} completions bash > ~/.local/share/bash-completion/completions/{bin}
              without the package bash-completion, in ~/.bashrc: eval \"$({bin} completions bash)\"
  zsh         in ~/.zshrc, below compinit: source <({bin} completions zsh)
  fish        {bin} completions fish > ~/.config/fish/completions/{bin}.fish
  PowerShell  in $PROFILE: {bin} completions powershell | Out-String | Invoke-Expression"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(typed: &str, replaces: &str, value: &str) -> Option<String> {
        let typed = words::of_line(typed, Shell::Bash);
        bash_word(&typed.current, replaces, value)
    }

    #[test]
    fn bash_gets_what_it_puts_in_place_of_the_end_of_the_word() {
        assert_eq!(word("my", "my", "my task").as_deref(), Some(r"my\ task"));
        // Behind a colon or an equals sign.
        assert_eq!(word("a:b", "b", "a:bc").as_deref(), Some("bc"));
        assert_eq!(word("--x=", "", "--x=red").as_deref(), Some("red"));
        // Inside of quotes.
        assert_eq!(
            word("\"my ta", "my ta", "my task").as_deref(),
            Some("my task")
        );
        assert_eq!(word("\"a", "a", "a\"$").as_deref(), Some(r#"a\"\$"#));
        assert_eq!(word("'it", "it", "it's").as_deref(), Some(r"it'\''s"));
        assert_eq!(word("~/d", "~/d", "~/data/").as_deref(), Some("~/data/"));
        assert_eq!(word("", "", "~x").as_deref(), Some("\\~x"));
    }

    #[test]
    fn scripts_quote_the_name_of_the_program() {
        for shell in Shell::ALL {
            let script = shell.script("it's my app");
            assert!(!script.contains("{{"), "{script}");
            assert!(
                script.contains("_it_s_my_app_completions") || shell == Shell::Pwsh,
                "{script}"
            );
        }
        assert!(Shell::Bash.script("it's").contains(r"'it'\''s'"));
        assert!(Shell::Fish.script("it's").contains(r"'it\'s'"));
        assert!(Shell::Pwsh.script("it's").contains("'it''s'"));
    }
}
