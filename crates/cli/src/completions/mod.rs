//! `completions`: scripts that let a shell complete the command line of the program, and the answers to what these
//! scripts ask at each press of the key.
//!
//! A script is small and never changes with the program: it asks the program itself, which knows its entities, their
//! inputs and the recorded runs.

mod candidates;
mod place;
mod shell;
mod words;

use clap::{Arg, ArgGroup, ArgMatches, Command, builder::PossibleValuesParser};

use self::shell::Shell;
use super::{Cli, Reply};

const SHELL: &str = "shell";
/// What a script asks with: the line up to the cursor, and in bash the part of it that an answer replaces.
const LINE: &str = "line";
const REPLACES: &str = "replaces";
/// The words up to the cursor, each as an argument, or all in one.
const WORDS: &str = "words";
const HEX: &str = "hex";

pub(super) fn command(bin: &str) -> Command {
    let hidden = |name: &'static str| Arg::new(name).long(name).num_args(1).hide(true);
    Command::new("completions")
        .about("Prints a script with which a shell completes commands, names, inputs and runs")
        .arg(
            Arg::new(SHELL)
                .value_name("SHELL")
                .value_parser(PossibleValuesParser::new(Shell::ALL.map(Shell::name)))
                .required(true)
                .help("The shell that is to load it"),
        )
        .arg(hidden(LINE).allow_hyphen_values(true))
        .arg(hidden(REPLACES).allow_hyphen_values(true).requires(LINE))
        .arg(hidden(HEX))
        .arg(
            Arg::new(WORDS)
                .num_args(1..)
                .last(true)
                .allow_hyphen_values(true)
                .hide(true),
        )
        .group(ArgGroup::new("asked").args([LINE, HEX, WORDS]))
        .override_usage(format!("{bin} completions <SHELL>"))
        .after_help(shell::how_to_load(bin))
}

/// `root` is the command of the whole program.
pub(super) fn reply(cli: &Cli<'_>, bin: &str, root: Command, options: &ArgMatches) -> Reply {
    let text = |name: &str| options.get_one::<String>(name).map(String::as_str);
    let Some(shell) = text(SHELL).and_then(Shell::of) else {
        // clap has refused everything else.
        return Reply::default();
    };
    let typed = if let Some(line) = text(LINE) {
        words::of_line(line, shell)
    } else if let Some(hex) = text(HEX) {
        words::of_hex(hex)
    } else if let Some(words) = options.get_many::<String>(WORDS) {
        words::of_arguments(words.cloned())
    } else {
        return Reply::success(shell.script(bin));
    };
    let place = place::find(cli, bin, root, typed.before(bin));
    let found = place.map(|place| candidates::at(cli, &place, &typed.current.text));
    let found = found.unwrap_or_default();
    Reply::success(shell.answer(&typed.current, text(REPLACES), &found))
}
