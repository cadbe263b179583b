//! `flyte-execute`: what a cluster starts in a container, and a run for an isolated attempt.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Command, error::ErrorKind, value_parser};

use super::{
    Exit, Reply,
    failure::Failure,
    options::{EXECUTE, FAST_EXECUTE},
};
use flyte_cluster::execute::{self, Arguments, ArgumentsError, Dialect, Executed};
use flyte_config::config::Environment;
use flyte_core::registry::Registry;
use flyte_engine::ISOLATED;

const LOADER: &str = "loader";

/// The options of `pyflyte-execute`, and those that Flyte 2 calls otherwise or has besides.
const OPTIONS: &[(&str, &str, &str)] = &[
    ("inputs", "URI", "Where inputs.pb is"),
    (
        "output-prefix",
        "URI",
        "Where outputs.pb or error.pb goes [Flyte 2: --outputs-path]",
    ),
    (
        "raw-output-data-prefix",
        "URI",
        "Where files of the task go [Flyte 2: --raw-data-path]",
    ),
    (
        "checkpoint-path",
        "URI",
        "Where the task keeps its checkpoint",
    ),
    (
        "prev-checkpoint",
        "URI",
        "Where the attempt before has kept its checkpoint",
    ),
    (
        DISTRIBUTION,
        "URI",
        "What flyte-fast-execute has unpacked, for the tasks that a dynamic task makes",
    ),
    (DIRECTORY, "DIR", "Where flyte-fast-execute has unpacked it"),
    ("version", "VERSION", "The version of the task"),
    ("run-name", "NAME", "Flyte 2's name of the run"),
    ("name", "NAME", "Flyte 2's name of the action"),
    ("run-start-time", "TIME", "When the run started"),
];
pub(super) const DISTRIBUTION: &str = "dynamic-addl-distro";
pub(super) const DIRECTORY: &str = "dynamic-dest-dir";
const OUTPUTS_PATH: &str = "outputs-path";
const RAW_DATA_PATH: &str = "raw-data-path";
const MAP: &str = "map";

pub(super) fn command() -> Command {
    let option = |name: &'static str| Arg::new(name).long(name).num_args(1);
    Command::new(EXECUTE)
        .about("Executes one attempt of a task in a container; a cluster calls it")
        .disable_help_subcommand(true)
        // Without `remote` nothing registers the tasks, so it is for isolated attempts.
        .hide(cfg!(not(feature = "remote")))
        .args(OPTIONS.iter().map(|(name, value, help)| {
            let arg = option(name).value_name(*value).help(*help);
            // What a backend renders as nothing is the next argument, whatever it looks like.
            arg.allow_hyphen_values(true)
        }))
        .arg(option(OUTPUTS_PATH).hide(true).conflicts_with("output-prefix"))
        .arg(
            option(RAW_DATA_PATH)
                .hide(true)
                .conflicts_with("raw-output-data-prefix"),
        )
        .arg(
            Arg::new(ISOLATED)
                .long(ISOLATED)
                .num_args(2)
                .action(ArgAction::Append)
                .value_parser(value_parser!(OsString))
                .allow_hyphen_values(true)
                .hide(true),
        )
        .arg(
            Arg::new(MAP)
                .long(MAP)
                .action(ArgAction::SetTrue)
                .help("Gives each input, a list, by the element whose number the environment says"),
        )
        .arg(
            Arg::new(LOADER)
                .value_name("LOADER")
                .num_args(1..)
                .last(true)
                .required(true)
                .help("`task NAME`, and in front of it for --map `vars A,B`: inputs that are given whole"),
        )
}

/// `supervised` is whether the task runs in a child of this process.
pub(super) fn reply(registry: &Registry, options: &ArgMatches, supervised: bool) -> Reply {
    let arguments = match arguments(options) {
        Ok(arguments) => arguments,
        Err(text) => {
            let error = command().error(ErrorKind::ValueValidation, text);
            return Reply::failed(&Failure::from(error), false);
        }
    };
    let told = told(options);
    let mut environment = Environment::process();
    let mut arguments = arguments;
    #[cfg(unix)]
    if told.is_some() || (supervised && execute::is_supervised()) {
        arguments = match flyte_engine::process::end_with_parent() {
            Ok(_) if told.is_some() => arguments,
            Ok(connection) => arguments.reported_by(execute::Reporter::new(connection)),
            Err(error) => {
                let text = format!("the attempt would outlive what has started it: {error}");
                return failed(&text);
            }
        };
    } else if supervised {
        match execute::supervise(registry, &arguments, &environment) {
            Ok(outcome) => return of_outcome(outcome, &environment),
            Err(error) => tracing::warn!(%error, "the task gets no process of its own"),
        }
    }
    #[cfg(not(unix))]
    let _one_process = supervised;
    if let Some(told) = told {
        arguments = arguments.isolated();
        environment = told
            .into_iter()
            .fold(environment, |environment, (name, value)| {
                environment.with_var_os(name, value)
            });
    }
    match execute::execute(registry, &arguments, &environment) {
        Ok(executed) => Reply {
            exit: exit(executed, &environment),
            ..Reply::default()
        },
        Err(text) => failed(&text),
    }
}

fn failed(text: &str) -> Reply {
    Reply {
        stderr: format!("error: {text}\n"),
        exit: Exit::Failed,
        ..Reply::default()
    }
}

fn exit(executed: Executed, environment: &Environment) -> Exit {
    match executed {
        Executed::Failed if execute::fails_on_error(environment) => Exit::Failed,
        _ => Exit::Success,
    }
}

#[cfg(unix)]
fn of_outcome(outcome: execute::Outcome, environment: &Environment) -> Reply {
    let stderr = outcome.said.map(|text| format!("error: {text}\n"));
    Reply {
        stderr: stderr.unwrap_or_default(),
        exit: match outcome.executed {
            Some(executed) => exit(executed, environment),
            None => Exit::Failed,
        },
        ..Reply::default()
    }
}

/// Whether a container of Flyte 2 has started the program, which then must not end with another code than 0: Flyte 2
/// takes that for a fault of the machine, and starts the same attempt again and again. That nothing is written is a
/// failure to it.
pub(super) fn is_for_flyte_2(args: &[OsString]) -> bool {
    let [_, command, options @ ..] = args else {
        return false;
    };
    let is_outputs_path = |option: &OsString| {
        let option = option.to_string_lossy();
        let name = option.split_once('=').map_or(&*option, |(name, _)| name);
        name.strip_prefix("--") == Some(OUTPUTS_PATH)
    };
    [EXECUTE, FAST_EXECUTE].iter().any(|name| command == name)
        && options.iter().any(is_outputs_path)
}

/// What the process of an isolated attempt is told beside its environment, if this is one.
fn told(options: &ArgMatches) -> Option<Vec<(String, OsString)>> {
    let pairs = options.get_occurrences::<OsString>(ISOLATED)?;
    let pairs = pairs.filter_map(|mut pair| {
        let (name, value) = (pair.next()?, pair.next()?);
        Some((name.to_str()?.to_owned(), value.clone()))
    });
    Some(pairs.collect())
}

fn arguments(options: &ArgMatches) -> Result<Arguments, String> {
    let given = |name: &str| options.get_one::<String>(name).cloned().unwrap_or_default();
    let either = |one: &str, two: &str| match options.contains_id(two) {
        true => given(two),
        false => given(one),
    };
    let loader: Vec<&str> = options
        .get_many::<String>(LOADER)
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let (bound, task) = match loader.as_slice() {
        ["task", task] => ("", *task),
        ["built-in", _] if !options.get_flag(MAP) => ("", "built-in"),
        ["vars", bound, "task", task] if options.get_flag(MAP) => (*bound, *task),
        other => {
            return Err(format!(
                "`{}` does not say what to execute; write `task NAME`, or with `--map` `vars A,B task NAME`",
                other.join(" ")
            ));
        }
    };
    let told = |error: ArgumentsError| error.to_string();
    let mut arguments = Arguments::new(task, either("output-prefix", OUTPUTS_PATH))
        .map_err(told)?
        .with_inputs(given("inputs"))
        .with_raw_output_prefix(either("raw-output-data-prefix", RAW_DATA_PATH))
        .with_checkpoint(given("checkpoint-path"), given("prev-checkpoint"))
        .with_distribution(given(DISTRIBUTION), given(DIRECTORY))
        .with_version(given("version"))
        .with_action(given("run-name"), given("name"))
        .with_run_start_time(given("run-start-time"))
        .map_err(told)?;
    if let ["built-in", told] = loader.as_slice() {
        arguments = arguments.with_built_in(*told);
    }
    if options.contains_id(OUTPUTS_PATH) {
        arguments = arguments.with_dialect(Dialect::Flyte2);
    }
    if options.get_flag(MAP) {
        let bound = bound.split(',').filter(|name| !name.is_empty());
        arguments = arguments.with_map(bound);
    }
    Ok(arguments)
}
