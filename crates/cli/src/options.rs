//! The options of commands, including those for an entity's inputs.

use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use clap::{
    Arg, ArgAction, Command, ValueHint,
    builder::{PossibleValuesParser, TypedValueParser as _},
    error::ErrorKind,
};

use super::input::InputArg;
use flyte_core::graph::entity::{EntityDescriptor, ExecutionBehavior};
use flyte_engine::cache::CacheMode;
use flyte_grammar::duration;

/// The ids of the options that are not inputs. They cannot be names of parameters, so an input `json` is not mistaken
/// for one.
pub(super) const JSON: &str = "--json";
pub(super) const JOBS: &str = "--jobs";
pub(super) const MAX_ABANDONED_THREADS: &str = "--max-abandoned-threads";
pub(super) const STRICT: &str = "--strict";
pub(super) const ISOLATE: &str = "--isolate";
pub(super) const DECK: &str = "--deck";
pub(super) const TIMEOUT: &str = "--timeout";
pub(super) const ANSWER: &str = "--answer";
pub(super) const NAME: &str = "--name";
/// The run that a command is about.
pub(super) const ID: &str = "--id";
pub(super) const RESUME: &str = "--resume";
pub(super) const NO_HISTORY: &str = "--no-history";
pub(super) const PROGRESS: &str = "--progress";
pub(super) const COLOR: &str = "--color";
pub(super) const QUIET: &str = "--quiet";
pub(super) const VERBOSE: &str = "--verbose";
pub(super) const EVENTS: &str = "--events";
pub(super) const INPUTS_FILE: &str = "--inputs-file";
pub(super) const CACHE: &str = "--cache";
pub(super) const CACHE_DIRECTORY: &str = "--cache-dir";
/// The commands that a cluster calls; the first one also makes isolated attempts.
pub(super) const EXECUTE: &str = "flyte-execute";
pub(super) const FAST_EXECUTE: &str = "flyte-fast-execute";
const HELP: &str = "--help";

/// The headings of options in help texts.
const INPUTS: &str = "Inputs";
const RUN_OPTIONS: &str = "Run options";
const CACHE_OPTIONS: &str = "Cache options";
const HISTORY_OPTIONS: &str = "History options";
pub(super) const OUTPUT_OPTIONS: &str = "Output options";

const VALUES: &str = "\
A value `@FILE` is what is in the file, and `@@text` the text `@text`. Lists, maps and structs are JSON, durations as \
in `1h30m`, bytes \
base64;\n`null` is nothing, and '{\"Name\": value}' names the variant of a union";

/// The arguments after the name depend on the entity, so [`entity`] parses them in a second step.
pub(super) fn run(bin: &str) -> Command {
    Command::new("run")
        .about("Runs a task, workflow or launch plan on this machine and prints its outputs")
        .override_usage(format!("{bin} run [OPTIONS] <NAME> [INPUTS]"))
        .after_help(format!(
            "NAME is the name of a task, workflow or launch plan, or its last parts. Its inputs follow as options made \
             from its \
             signature;\n`{bin} run NAME --help` shows them, `{bin} list` shows the names."
        ))
        .disable_help_subcommand(true)
        .allow_external_subcommands(true)
        .disable_help_flag(true)
        .args(of_runs(true))
        .arg(help().long("help"))
}

/// The options of runs, below their headings. Those of a cluster come last, as they are many.
fn of_runs(has_gates: bool) -> Vec<Arg> {
    let below = |heading: &'static str, args: Vec<Arg>| {
        args.into_iter().map(move |arg| arg.help_heading(heading))
    };
    let mut limits = vec![
        jobs(),
        strict(),
        isolate(),
        timeout(),
        max_abandoned_threads(),
    ];
    limits.extend(has_gates.then(answer));
    let (history, output) = watching();
    below(RUN_OPTIONS, limits)
        .chain(below(CACHE_OPTIONS, caching().into()))
        .chain(below(HISTORY_OPTIONS, history.into()))
        .chain(below(OUTPUT_OPTIONS, output))
        .chain(remote())
        .collect()
}

/// `-h`, below the options for output.
fn help() -> Arg {
    Arg::new(HELP)
        .short('h')
        .action(ArgAction::Help)
        .help_heading(OUTPUT_OPTIONS)
        .help("Print help")
}

/// What is for runs on a cluster.
fn remote() -> Vec<Arg> {
    #[cfg(feature = "cluster")]
    return super::remote_args::args();
    #[cfg(not(feature = "cluster"))]
    Vec::new()
}

/// The error of `run` without a name.
pub(super) fn missing_name(bin: &str) -> clap::Error {
    run(bin).error(
        ErrorKind::MissingRequiredArgument,
        "the name of a task, workflow or launch plan is missing",
    )
}

/// The error of resuming a recorded run with `--no-history`.
pub(super) fn no_history_to_resume(bin: &str) -> clap::Error {
    run(bin).error(
        ErrorKind::ArgumentConflict,
        "`--resume` goes on with a recorded run, which `--no-history` is not",
    )
}

/// The error of `--resume` with the name of an entity instead of a run.
pub(super) fn name_for_id(bin: &str, name: &str) -> clap::Error {
    run(bin).error(
        ErrorKind::ValueValidation,
        format!(
            "`--resume` wants the id of a run, or `last`, and `{name}` is the name of something to run; '{bin} runs \
             list' shows the ids"
        ),
    )
}

/// The error of an answer to a gate that is not valid for any kind of gate.
pub(super) fn bad_answer(bin: &str, gate: &str, problem: &str) -> clap::Error {
    run(bin).error(
        ErrorKind::ValueValidation,
        format!("invalid answer to the gate '{gate}': {problem}"),
    )
}

pub(super) fn json() -> Arg {
    Arg::new(JSON)
        .long("json")
        .action(ArgAction::SetTrue)
        .help("Prints one JSON document")
}

fn jobs() -> Arg {
    Arg::new(JOBS)
        .long("jobs")
        .value_name("N")
        .value_parser(parse_jobs)
        .help("How many tasks may run at once [default: the number of cores]")
}

fn strict() -> Arg {
    Arg::new(STRICT)
        .long("strict")
        .action(ArgAction::SetTrue)
        .help("Sends every value through the form it has on a cluster, and runs nothing that one would refuse")
}

fn isolate() -> Arg {
    Arg::new(ISOLATE)
        .long("isolate")
        .action(ArgAction::SetTrue)
        .help("Makes each attempt of a task in a process of its own")
}

fn timeout() -> Arg {
    Arg::new(TIMEOUT)
        .long("timeout")
        .value_name("TIME")
        .value_parser(parse_timeout)
        .help("How long the run may take, as in `90s` or `1h30m` [default: no limit]")
}

fn max_abandoned_threads() -> Arg {
    Arg::new(MAX_ABANDONED_THREADS)
        .long("max-abandoned-threads")
        .value_name("N")
        .value_parser(clap::value_parser!(usize))
        .help(
            "How many threads tasks may leave behind that go on past their timeout [default: 256]",
        )
}

fn parse_timeout(text: &str) -> Result<Duration, String> {
    match duration::parse(text) {
        Ok(Duration::ZERO) => Err("nothing is done in no time; leave it out for no limit".into()),
        Ok(timeout) => Ok(timeout),
        Err(error) => Err(error.to_string()),
    }
}

fn deck() -> Arg {
    Arg::new(DECK)
        .long("deck")
        .value_name("DIR")
        .value_parser(clap::value_parser!(PathBuf))
        .value_hint(ValueHint::DirPath)
        .help("Writes the pages of tasks with decks into this directory, and an index of them")
}

fn answer() -> Arg {
    Arg::new(ANSWER)
        .long("answer")
        .value_name("GATE=VALUE")
        .action(ArgAction::Append)
        .value_parser(parse_answer)
        .help("Answers a gate beforehand: `yes`, `no`, or the value it waits for [default: asks]")
}

/// The options for records of a run, and for what is told of it.
fn watching() -> ([Arg; 2], Vec<Arg>) {
    let history = [
        Arg::new(RESUME)
            .long("resume")
            .value_name("ID")
            .help("Goes on with a run that ended early, or the `last`; inputs that are not given are what they were"),
        Arg::new(NO_HISTORY)
            .long("no-history")
            .action(ArgAction::SetTrue)
            .help("Does not record the run, which can then not be shown or resumed"),
    ];
    let events = Arg::new(EVENTS)
        .long("events")
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .help("Writes what happens as lines of JSON to a file, or with `-` to standard output");
    let output = [json(), deck(), events].into_iter().chain(showing());
    (history, output.collect())
}

/// The options for what is displayed on standard error while a run goes on.
pub(super) fn showing() -> [Arg; 4] {
    [
        Arg::new(PROGRESS)
            .long("progress")
            .value_name("HOW")
            .value_parser(["auto", "plain", "none"])
            .help("Tells on standard error what happens: live on a terminal, as lines, or never [default: auto]"),
        Arg::new(COLOR)
            .long("color")
            .value_name("WHEN")
            .value_parser(["auto", "always", "never"])
            .help("Whether what happens is told in colours [default: auto]"),
        Arg::new(QUIET)
            .long("quiet")
            .short('q')
            .action(ArgAction::SetTrue)
            .help("Tells nothing but notices and failures"),
        Arg::new(VERBOSE)
            .long("verbose")
            .short('v')
            .action(ArgAction::SetTrue)
            .help("Also tells of every task that starts or ends"),
    ]
}

/// The options of `run` for cached results.
fn caching() -> [Arg; 2] {
    let modes = PossibleValuesParser::new(["use", "refresh", "off"]);
    let mode = Arg::new(CACHE)
        .long("cache")
        .value_name("MODE")
        .value_parser(modes.map(|mode| match mode.as_str() {
            "use" => CacheMode::Use,
            "refresh" => CacheMode::Refresh,
            // clap has refused everything else.
            _ => CacheMode::Off,
        }))
        .hide_possible_values(true)
        .help("What is done about kept results: `use`, `refresh` (run and replace them) or `off` [default: use]");
    [mode, cache_directory()]
}

pub(super) fn cache_directory() -> Arg {
    Arg::new(CACHE_DIRECTORY)
        .long("cache-dir")
        .value_name("DIR")
        .value_parser(clap::value_parser!(PathBuf))
        .value_hint(ValueHint::DirPath)
        .help("Where results are kept [default: ~/.flyte/rust/cache]")
}

fn inputs_file() -> Arg {
    Arg::new(INPUTS_FILE)
        .long("inputs-file")
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .help_heading(INPUTS)
        .help("Takes inputs by name from a file of JSON or YAML, or with `-` from standard input; options count more")
}

fn parse_answer(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((gate, value)) if !gate.is_empty() => Ok((gate.to_owned(), value.to_owned())),
        _ => Err("not the name of a gate and its answer, as in `review=yes`"),
    }
}

fn parse_jobs(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "not a whole number from 1 on")
}

/// The command that runs one entity: its inputs as options, and the options of `run` whose names are not inputs.
pub(super) fn entity(bin: &str, entity: &EntityDescriptor) -> Command {
    // A task without a graph does not have gates.
    let is_plain = entity.execution_behavior() == Some(ExecutionBehavior::Default);
    with_inputs(
        &format!("{bin} run"),
        entity,
        of_runs(!is_plain).into_iter(),
    )
}

/// A command for one entity: its inputs as options, and the given options whose names are not inputs.
pub(super) fn with_inputs(
    command: &str,
    entity: &EntityDescriptor,
    options: impl Iterator<Item = Arg>,
) -> Command {
    let inputs: Vec<InputArg> = entity.inputs().iter().map(InputArg::new).collect();
    let is_free = |long: &str| inputs.iter().all(|input| !input.is_called(long));
    let required = inputs.iter().filter(|input| input.is_required());
    let required: String = required
        .map(|input| format!(" {}", input.usage()))
        .collect();
    let docs = match entity.docs().trim() {
        "" => format!("The {} at {}", entity.kind(), entity.location()),
        docs => docs.to_owned(),
    };
    let help = if is_free("help") {
        help().long("help")
    } else {
        help()
    };
    let options: Vec<Arg> = (!inputs.is_empty())
        .then(inputs_file)
        .into_iter()
        .chain(options)
        .filter(|option| option.get_long().is_some_and(is_free))
        .collect();
    // `--no-history` keeps its meaning even if an input is called `history`.
    let is_taken =
        |long: &str| !is_free(long) || options.iter().any(|o| o.get_long() == Some(long));
    let inputs_of = inputs.iter().flat_map(|input| {
        let denial = input
            .denial()
            .filter(|denial| !denial.get_long().is_some_and(is_taken));
        [Some(input.arg(denial.is_some())), denial]
            .into_iter()
            .flatten()
    });
    let inputs_of: Vec<Arg> = inputs_of.collect();
    Command::new(entity.name().to_owned())
        .bin_name(format!("{command} {}", entity.name()))
        .no_binary_name(true)
        .about(docs)
        .override_usage(format!("{command} {}{required} [OPTIONS]", entity.name()))
        .term_width(0)
        .disable_help_flag(true)
        .next_help_heading(INPUTS)
        .args(inputs_of)
        .next_help_heading(OUTPUT_OPTIONS)
        .args(options)
        .arg(help)
        .after_help(match inputs.is_empty() {
            true => "",
            false => VALUES,
        })
}
