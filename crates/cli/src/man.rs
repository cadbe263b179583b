//! `man`: the manual page of the program, in the language of man pages.

use std::fmt::Write as _;

use clap::{Arg, Command};

use super::{Reply, kind_of};
use flyte_core::{registry::Registry, text};

pub(super) fn command(bin: &str) -> Command {
    Command::new("man")
        .about("Prints a manual page of this program, with its tasks, workflows and launch plans")
        .after_help(format!(
            "To read it: {bin} man | man -l -\nTo keep it: {bin} man > ~/.local/share/man/man1/{bin}.1"
        ))
}

/// Variables that every program reads.
const ENVIRONMENT: [(&str, &str); 8] = [
    (
        "FLYTE_LOCAL_STATE_DIR",
        "Where results, recorded runs and files of tasks are kept, and not in `~/.flyte/rust`.",
    ),
    ("FLYTE_HISTORY", "With `0` no runs are recorded."),
    (
        "FLYTE_LOCAL_CACHE_DIR",
        "Where results of tasks are kept, and not in the state directory.",
    ),
    (
        "FLYTE_LOCAL_CACHE_ENABLED",
        "With `false` results of tasks are neither kept nor used.",
    ),
    (
        "FLYTE_LOCAL_CACHE_OVERWRITE",
        "With `true` tasks run and their results are replaced.",
    ),
    (
        "FLYTECTL_CONFIG",
        "The file with the settings of clusters, and not `~/.flyte/config.yaml`.",
    ),
    (
        "NO_COLOR",
        "If it is set and not empty, nothing is coloured.",
    ),
    (
        "CLICOLOR_FORCE",
        "If it is set, and neither empty nor `0`, help and messages are coloured where there is no terminal, too.",
    ),
];

/// `root` is the command of the whole program.
pub(super) fn reply(registry: &Registry, bin: &str, mut root: Command) -> Reply {
    root.build();
    let mut page = Page(String::new());
    let about = root.get_about().map(ToString::to_string);
    page.raw(&format!(
        ".TH {} 1 \"\" \"\" \"User Commands\"\n",
        quoted(&bin.to_uppercase())
    ));
    page.section("NAME");
    page.raw(&format!(
        "{} \\- {}\n",
        escaped(bin),
        escaped(&about.unwrap_or_default())
    ));
    page.section("SYNOPSIS");
    page.raw(&format!(
        "\\fB{}\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n",
        escaped(bin)
    ));
    page.section("DESCRIPTION");
    page.text(&format!(
        "This program contains tasks, workflows and launch plans, and runs them on this machine. \
         `{bin} COMMAND --help` says about a command what this page says, and `{bin} run NAME --help` shows the \
         inputs of a task, workflow or launch plan."
    ));
    page.section("COMMANDS");
    page.commands(&root);
    page.entities(registry);
    page.section("EXIT STATUS");
    for (code, meaning) in [
        ("0", "Success."),
        ("1", "A run failed, or a workflow cannot be compiled."),
        ("2", "The command line is wrong."),
        ("130", "Ctrl-C cancelled the run."),
    ] {
        page.item(&bold(code), meaning);
    }
    page.section("ENVIRONMENT");
    for (name, meaning) in ENVIRONMENT {
        page.item(&bold(name), meaning);
    }
    page.section("FILES");
    page.item(
        &bold("~/.flyte/rust"),
        "Results of tasks and recorded runs.",
    );
    page.section("EXAMPLES");
    let lines = [
        "list",
        "graph NAME",
        "run NAME --help",
        "run --jobs 4 NAME --x 3",
        "runs show last",
    ];
    page.raw(".nf\n");
    for line in lines {
        page.raw(&format!("{}\n", escaped(&format!("{bin} {line}"))));
    }
    page.raw(".fi\n");
    Reply::success(page.0)
}

/// A page that is being written.
struct Page(String);

impl Page {
    fn raw(&mut self, text: &str) {
        self.0 += text;
    }

    fn section(&mut self, title: &str) {
        let _ = writeln!(self.0, ".SH {}", quoted(title));
    }

    /// Lines of text, and a gap for each that is empty.
    fn text(&mut self, text: &str) {
        for line in text.lines() {
            match line.trim() {
                "" => self.raw(".PP\n"),
                line => self.raw(&format!("{}\n", with_code(line))),
            }
        }
    }

    /// Something in bold, and what it is.
    fn item(&mut self, term: &str, text: &str) {
        self.raw(&format!(".TP\n{term}\n"));
        self.text(text);
    }

    /// The commands below one, each with its options.
    fn commands(&mut self, parent: &Command) {
        for command in parent
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
        {
            if command.has_subcommands() {
                self.commands(command);
                continue;
            }
            let usage = command.clone().render_usage().to_string();
            let usage = usage.trim_start_matches("Usage:").trim();
            let _ = writeln!(self.0, ".SS {}", quoted(usage));
            self.text(
                &command
                    .get_about()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            );
            let mut heading = None;
            for arg in in_order(command) {
                if heading != Some(arg.get_help_heading()) {
                    heading = Some(arg.get_help_heading());
                    if let Some(heading) = arg.get_help_heading() {
                        self.raw(&format!(".PP\n\\fI{}\\fR:\n", escaped(heading)));
                    }
                }
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                self.item(&term(arg), &help);
            }
            if let Some(more) = command.get_after_help() {
                self.raw(".PP\n");
                self.text(&more.to_string());
            }
        }
    }

    fn entities(&mut self, registry: &Registry) {
        let mut entities = registry.entities().peekable();
        if entities.peek().is_none() {
            return;
        }
        self.section("TASKS, WORKFLOWS AND LAUNCH PLANS");
        for entity in entities {
            let kind = escaped(&kind_of(entity));
            let name = bold(&text::visible(entity.name()));
            self.item(
                &format!("{name} ({kind})"),
                &text::visible(&entity.summary()),
            );
        }
    }
}

/// The arguments as help shows them: those without a heading first.
fn in_order(command: &Command) -> Vec<&Arg> {
    let shown = || command.get_arguments().filter(|arg| !arg.is_hide_set());
    let mut headings = vec![None];
    for arg in shown() {
        if !headings.contains(&arg.get_help_heading()) {
            headings.push(arg.get_help_heading());
        }
    }
    let below = |heading| shown().filter(move |arg| arg.get_help_heading() == heading);
    headings.into_iter().flat_map(below).collect()
}

/// `-o, --output FILE`.
fn term(arg: &Arg) -> String {
    let values = arg.get_value_names().unwrap_or_default();
    let values: Vec<_> = values
        .iter()
        .map(|name| format!("\\fI{}\\fR", escaped(name)))
        .collect();
    let values = values.join(" ");
    if arg.is_positional() {
        // One without a name of its own has that of its id in clap's help, too.
        return match values.as_str() {
            "" => format!("\\fI{}\\fR", escaped(arg.get_id().as_str())),
            values => values.to_owned(),
        };
    }
    let short = arg.get_short().map(|short| bold(&format!("-{short}")));
    let long = arg.get_long().map(|long| bold(&format!("--{long}")));
    let names: Vec<_> = short.into_iter().chain(long).collect();
    let names = names.join(", ");
    match arg.get_action().takes_values() && !values.is_empty() {
        true => format!("{names} {values}"),
        false => names,
    }
}

fn bold(text: &str) -> String {
    format!("\\fB{}\\fR", escaped(text))
}

/// Text with what is in backticks in bold, as in `` `last` ``.
fn with_code(line: &str) -> String {
    let pieces: Vec<_> = line.split('`').collect();
    // An odd one is a backtick alone.
    if pieces.len() % 2 == 0 {
        return escaped(line);
    }
    let pieces = pieces.iter().enumerate();
    let pieces = pieces.map(|(position, piece)| match position % 2 {
        1 => bold(piece),
        // A line that begins with a full stop or a quote would be a request.
        _ if position > 0 || piece.is_empty() => escaped_inside(piece),
        _ => escaped(piece),
    });
    pieces.collect()
}

/// An argument of a request.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped_inside(text))
}

/// Text of which nothing is a request or an escape.
fn escaped(text: &str) -> String {
    match text.starts_with(['.', '\'']) {
        true => format!("\\&{}", escaped_inside(text)),
        false => escaped_inside(text),
    }
}

fn escaped_inside(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => escaped += "\\(rs",
            '-' => escaped += "\\-",
            '"' => escaped += "\\(dq",
            '\'' => escaped += "\\(aq",
            '`' => escaped += "\\(ga",
            '^' => escaped += "\\(ha",
            '~' => escaped += "\\(ti",
            character if character.is_control() => escaped.push(' '),
            character if character.is_ascii() => escaped.push(character),
            character => {
                let _ = write!(escaped, "\\[u{:04X}]", u32::from(character));
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_a_request_or_an_escape() {
        assert_eq!(escaped(".TH \\fB"), "\\&.TH \\(rsfB");
        assert_eq!(
            with_code("'it' is `--x` …"),
            "\\&\\(aqit\\(aq is \\fB\\-\\-x\\fR \\[u2026]"
        );
        assert_eq!(with_code("`.a` b"), "\\fB\\&.a\\fR b");
        assert_eq!(with_code("one ` alone"), "one \\(ga alone");
        assert_eq!(quoted("a \"b\""), "\"a \\(dqb\\(dq\"");
    }
}
