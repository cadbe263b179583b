//! `run`: an entity on the inputs of the command line.

use std::{
    ffi::OsString,
    io::{self, Write as _},
    num::NonZeroUsize,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use clap::{ArgMatches, Command, error::ErrorKind};
use serde::ser::{SerializeMap as _, Serializer as _};
use serde_json::Value as Json;

use super::{
    Reply, command,
    failure::Failure,
    input::{InputArg, join_dashes},
    json,
    table::table,
};
use crate::{
    cache::{Cache, CacheMode},
    context::instead_of_the_end,
    engine::{CancellationToken, Runner},
    entity::{EntityDescriptor, Registry},
    gate::{Answers, Terminal},
    types::{Value, json_from_literal},
};

pub(super) fn reply(
    registry: &Registry,
    bin: &str,
    options: &ArgMatches,
    has_signals: bool,
) -> Reply {
    let Some((name, rest)) = options.subcommand() else {
        return Reply::failed(&Failure::from(command::missing_name(bin)), json(options));
    };
    let args: Vec<OsString> = rest
        .get_many::<OsString>("")
        .map(|args| args.cloned().collect())
        .unwrap_or_default();
    let entity = match registry.find(name) {
        Ok(entity) => entity,
        // What the name would have made of `--json` cannot be known.
        Err(error) => return Reply::failed(&error.into(), json(options)),
    };
    let mut inputs = command::entity(bin, entity);
    // Looked for by hand, so that a mistake in another argument is reported as asked for.
    let is_option = |id| inputs.get_arguments().any(|arg| arg.get_id() == id);
    let json = json(options) || is_option(command::JSON) && args.iter().any(|arg| arg == "--json");
    let mut index = None;
    let (mut has_run, mut is_isolated) = (false, false);
    let result = call(entity, &mut inputs, args).and_then(|(values, own)| {
        let mut runner = Runner::local();
        if let Some(jobs) = jobs(&own).or_else(|| jobs(options)) {
            runner = runner.jobs(jobs.get());
        }
        if strict(&own) || strict(options) {
            runner = runner.strict();
        }
        if let Some(timeout) = timeout(&own).or_else(|| timeout(options)) {
            runner = runner.deadline(timeout);
        }
        is_isolated = isolate(&own) || isolate(options);
        if is_isolated {
            runner = runner.isolate();
        }
        if has_signals {
            runner = interruptible(runner);
        }
        if let Some(directory) = cache_dir(&own).or_else(|| cache_dir(options)) {
            runner = runner.cache(Cache::at(directory));
        }
        if let Some(mode) = cache_mode(&own).or_else(|| cache_mode(options)) {
            runner = runner.cache_mode(mode);
        }
        let answers: Vec<_> = answers(options).chain(answers(&own)).collect();
        if !answers.is_empty() {
            let given = Answers::new().or(Terminal);
            runner = runner.answers(
                answers
                    .into_iter()
                    .fold(given, |given, (gate, text)| given.text(gate, text)),
            );
        }
        if let Some(directory) = deck(&own).or_else(|| deck(options)) {
            runner = runner.deck_dir(directory);
            index = Some(directory.join("index.html"));
        }
        has_run = true;
        let outputs = runner.run_values(entity, values)?;
        show(entity, &outputs, json)
    });
    let mut reply = Reply::of(result, json);
    // What could not be compiled has no plan.
    if has_run
        && let Some(Ok(plan)) = entity.known_plan()
        && let Some(notice) = plan.notice(is_isolated)
    {
        reply.stderr = format!("note: {notice}\n{}", reply.stderr);
    }
    // What is wrong with the command line is wrong before anything is written.
    if let Some(index) = index {
        reply.stderr += &format!("decks: {}\n", index.display());
    }
    reply
}

fn jobs(options: &ArgMatches) -> Option<NonZeroUsize> {
    // An entity with an input `jobs` has no such option.
    options.try_get_one(command::JOBS).ok().flatten().copied()
}

fn isolate(options: &ArgMatches) -> bool {
    // As with the jobs.
    let isolate = options.try_get_one(command::ISOLATE).ok().flatten();
    isolate.copied().unwrap_or_default()
}

fn timeout(options: &ArgMatches) -> Option<Duration> {
    // As with the jobs.
    options
        .try_get_one(command::TIMEOUT)
        .ok()
        .flatten()
        .copied()
}

/// How long an interrupted run waits for tasks that do not listen: the program is to end within two seconds.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// Has the first Ctrl-C cancel the run; the second ends the program.
fn interruptible(runner: Runner) -> Runner {
    let token = CancellationToken::new();
    let cancel = {
        let token = token.clone();
        Arc::new(move || {
            // Nobody is left to be told when standard error is closed.
            let _ = writeln!(
                io::stderr(),
                "cancelling the run; Ctrl-C again ends the program at once"
            );
            token.cancel();
        })
    };
    match instead_of_the_end(cancel) {
        Ok(()) => runner.cancellation(&token).leave_behind(PATIENCE),
        // Ctrl-C is somebody else's, or ignored.
        Err(_) => runner,
    }
}

fn strict(options: &ArgMatches) -> bool {
    // As with the jobs.
    let strict = options.try_get_one(command::STRICT).ok().flatten();
    strict.copied().unwrap_or_default()
}

/// The directory for the pages of tasks.
fn deck(options: &ArgMatches) -> Option<&PathBuf> {
    // As with the jobs.
    options.try_get_one(command::DECK).ok().flatten()
}

fn cache_mode(options: &ArgMatches) -> Option<CacheMode> {
    // As with the jobs.
    options.try_get_one(command::CACHE).ok().flatten().copied()
}

pub(super) fn cache_dir(options: &ArgMatches) -> Option<&PathBuf> {
    // As with the jobs.
    options.try_get_one(command::CACHE_DIR).ok().flatten()
}

/// The answers to gates that were given beforehand.
fn answers(options: &ArgMatches) -> impl Iterator<Item = &(String, String)> {
    // As with the jobs.
    let answers = options.try_get_many(command::ANSWER).ok().flatten();
    answers.into_iter().flatten()
}

/// The inputs in declaration order and all that was given among them; everything that is wrong is told at once.
pub(super) fn call(
    entity: &'static EntityDescriptor,
    command: &mut Command,
    args: Vec<OsString>,
) -> Result<(Vec<Value>, ArgMatches), Failure> {
    let matches = command.try_get_matches_from_mut(join_dashes(args, entity))?;
    let (mut values, mut problems, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for input in entity.inputs() {
        let arg = InputArg::new(input);
        match (matches.get_one::<String>(input.name), input.missing()) {
            (Some(text), _) => match arg.read(text) {
                Ok(value) => values.push(value),
                Err(problem) => problems.push(problem),
            },
            (None, Some(constant)) => values.push(constant.value),
            (None, None) => missing.push([arg.usage(), arg.wanted()]),
        }
    }
    let kind = if problems.is_empty() {
        ErrorKind::MissingRequiredArgument
    } else {
        ErrorKind::ValueValidation
    };
    if !missing.is_empty() {
        let count = match missing.len() {
            1 => "an input".to_owned(),
            count => format!("{count} inputs"),
        };
        let list = table("  ", &missing);
        problems.push(format!(
            "`{}` is missing {count}:\n{}",
            entity.name(),
            list.trim_end()
        ));
    }
    if problems.is_empty() {
        return Ok((values, matches));
    }
    Err(command.error(kind, problems.join("\n")).into())
}

/// The outputs as they are printed.
fn show(entity: &EntityDescriptor, values: &[Value], as_json: bool) -> Result<String, Failure> {
    let mut outputs = Vec::new();
    for (output, value) in entity.outputs().iter().zip(values) {
        let shown = output.info.to_literal(value);
        let shown = shown.and_then(|literal| json_from_literal(&literal));
        let shown = shown.map_err(|error| {
            let (name, entity) = (output.name, entity.name());
            Failure::Encode(format!(
                "output `{name}` of `{entity}` cannot be shown: {error}"
            ))
        });
        outputs.push((output.name, shown?));
    }
    if as_json {
        return object(&outputs).map_err(|error| Failure::Encode(error.to_string()));
    }
    let lines = outputs.iter().map(|(name, value)| {
        let text = match value {
            Json::String(text) => text.clone(),
            value => value.to_string(),
        };
        match outputs.len() {
            1 => text + "\n",
            _ => format!("{name} = {text}\n"),
        }
    });
    Ok(lines.collect())
}

/// One line of JSON with the outputs in their order, which a map would sort: `o10` before `o2`.
fn object(outputs: &[(&str, Json)]) -> serde_json::Result<String> {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut text);
    let mut object = serializer.serialize_map(Some(outputs.len()))?;
    for (name, value) in outputs {
        object.serialize_entry(name, value)?;
    }
    object.end()?;
    Ok(String::from_utf8_lossy(&text).into_owned() + "\n")
}
