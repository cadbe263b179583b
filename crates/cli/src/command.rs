//! Parses the program's arguments into its commands.

use std::ffi::OsString;

use clap::{
    Arg, ArgMatches, Command,
    error::{ContextKind, ContextValue, ErrorKind},
};

#[cfg(feature = "ui")]
use super::ui;
#[cfg(feature = "cluster")]
use super::{
    backfill, check_references, config, doctor, entities, login, plans, projects, register,
};
use super::{
    cache, check, completions, execute, graph, man,
    options::{self, NAME, json},
    runs,
};
#[cfg(feature = "remote")]
use super::{fast_execute, package, serialize};
use flyte_core::registry::Registry;

const EXIT_CODES: &str = "\
Exit codes: 0 success; 1 a run failed or a workflow cannot be compiled; 2 the command line is wrong; 130 interrupted";

/// Parses the program's arguments, without the inputs of an entity.
pub(super) fn parse(
    bin: &str,
    args: &[OsString],
    registry: &Registry,
) -> Result<ArgMatches, clap::Error> {
    let result = root(bin).try_get_matches_from(args);
    result.map_err(|mut error| {
        // In `my_binary square --x 3` the command is missing, not the name.
        if error.kind() == ErrorKind::InvalidSubcommand
            && let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand)
            && registry.find(name).is_ok()
        {
            let tip = format!("to run the entity of this name, use '{bin} run {name}'");
            error.remove(ContextKind::SuggestedSubcommand);
            suggest(&mut error, tip);
        }
        // In `my_binary run --resume last --x 3` the entity of the input is missing.
        let resumes = |arg: &OsString| {
            let arg = arg.to_string_lossy();
            arg == "--resume" || arg.starts_with("--resume=")
        };
        if error.kind() == ErrorKind::UnknownArgument && args.iter().any(resumes) {
            let tip = format!("inputs stand behind a name, as in '{bin} run --resume ID NAME --x 3'; those that are \
                               left out are what they were");
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

/// The command of the whole program.
pub(super) fn root(bin: &str) -> Command {
    let root = Command::new(bin.to_owned())
        .bin_name(bin.to_owned())
        .about("Lists, describes and runs the tasks, workflows and launch plans of this program")
        .after_help(EXIT_CODES)
        // Keeps the line breaks of help texts, even if another crate enables wrapping in clap.
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
    #[cfg(feature = "ui")]
    let root = root.subcommand(ui::command());
    #[cfg(feature = "remote")]
    let root = root
        .subcommand(serialize::command())
        .subcommand(package::command());
    let root = root.subcommand(execute::command());
    #[cfg(feature = "remote")]
    let root = root.subcommand(fast_execute::command());
    #[cfg(feature = "cluster")]
    let root = root
        .subcommand(register::command())
        .subcommand(check_references::command())
        .subcommand(entities::command())
        .subcommand(plans::command())
        .subcommand(backfill::command())
        .subcommand(projects::command())
        .subcommand(config::command())
        .subcommand(doctor::command())
        .subcommand(login::login_command())
        .subcommand(login::logout_command());
    root.subcommand(completions::command(bin))
        .subcommand(man::command(bin))
}
