//! The arguments of the program: all of its commands.

use std::ffi::OsString;

use clap::{
    Arg, ArgMatches, Command,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{
    cache, check, execute, graph,
    options::{self, NAME, json},
    runs,
};
#[cfg(feature = "remote")]
use super::{fast_execute, package, serialize};
use flyte_core::registry::Registry;

const EXIT_CODES: &str = "\
Exit codes: 0 success; 1 a run failed or a workflow cannot be compiled; 2 the command line is wrong; 130 interrupted";

/// Reads the arguments of the program, up to and without the inputs of an entity.
pub(super) fn parse(
    bin: &str,
    args: &[OsString],
    registry: &Registry,
) -> Result<ArgMatches, clap::Error> {
    let result = root(bin).try_get_matches_from(args);
    result.map_err(|mut error| {
        // `my_binary square --x 3` forgets the command, not the name.
        if error.kind() == ErrorKind::InvalidSubcommand
            && let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand)
            && registry.find(name).is_ok()
        {
            let tip = format!("to run the entity of this name, use '{bin} run {name}'");
            error.remove(ContextKind::SuggestedSubcommand);
            suggest(&mut error, tip);
        }
        // `my_binary run --resume last --x 3` forgets whose input that is.
        let resumes = |arg: &OsString| {
            let arg = arg.to_string_lossy();
            arg == "--resume" || arg.starts_with("--resume=")
        };
        if error.kind() == ErrorKind::UnknownArgument && args.iter().any(resumes) {
            let tip = format!("inputs stand behind a name, as in '{bin} run --resume ID NAME --x 3'; those that are left out are what they were");
            suggest(&mut error, tip);
        }
        error
    })
}

fn suggest(error: &mut clap::Error, tip: String) {
    error.insert(
        ContextKind::Suggested,
        ContextValue::StyledStrs(vec![tip.into()]),
    );
}

fn root(bin: &str) -> Command {
    let root = Command::new(bin.to_owned())
        .bin_name(bin.to_owned())
        .about("Lists, describes and runs the tasks, workflows and launch plans of this program")
        .after_help(EXIT_CODES)
        // Lines end where they were made to, also when another crate switches on wrapping in clap.
        .term_width(0)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            Command::new("list")
                .about("Lists all tasks, workflows and launch plans with the place of each in the source")
                .arg(json()),
        )
        .subcommand(
            Command::new("describe")
                .about(
                    "Shows inputs, outputs and options of an entity, and the nodes of a workflow",
                )
                .arg(json())
                .arg(
                    Arg::new(NAME)
                        .value_name("NAME")
                        .help("The name of a task, workflow or launch plan, or its last parts")
                        .required(true),
                ),
        )
        .subcommand(graph::command())
        .subcommand(options::run(bin))
        .subcommand(cache::command(bin))
        .subcommand(runs::command())
        .subcommand(check::command());
    #[cfg(feature = "remote")]
    let root = root
        .subcommand(serialize::command())
        .subcommand(package::command());
    let root = root.subcommand(execute::command());
    #[cfg(feature = "remote")]
    let root = root.subcommand(fast_execute::command());
    root
}
