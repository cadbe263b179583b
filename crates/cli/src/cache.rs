//! `cache`: inspects, explains and cleans the cache; also the cache options of `run`.

use std::{
    ffi::OsString,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use clap::{Arg, ArgMatches, Command, error::ErrorKind};
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::{
    Reply,
    failure::Failure,
    given, json,
    options::{
        CACHE, CACHE_DIRECTORY, JSON, NAME, cache_directory, json as json_option, with_inputs,
    },
    table::table,
};
use flyte_config::config::Environment;
use flyte_core::{graph::entity::EntityDescriptor, no_other_variant, registry::Registry, text};
use flyte_engine::{
    Runner,
    cache::{Cache, CacheKey, Evicted, Explanation, policy_of},
};
use flyte_grammar::quantity::nano_units;

const MAX_SIZE: &str = "--max-size";

/// Applies the cache options to a run: the first options that set a mode.
pub(super) fn choose(mut runner: Runner, options: &[&ArgMatches]) -> Runner {
    // The option is missing if the entity has an input with the same name.
    let mode = |options: &&ArgMatches| options.try_get_one(CACHE).ok().flatten().copied();
    if let Some(mode) = options.iter().find_map(mode) {
        runner = runner.cache_mode(mode);
    }
    if let Some(directory) = options.iter().find_map(|options| chosen(options)) {
        runner = runner.cache(Cache::at(directory));
    }
    runner
}

fn chosen(options: &ArgMatches) -> Option<&PathBuf> {
    options.try_get_one(CACHE_DIRECTORY).ok().flatten()
}

fn verb(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .arg(json_option())
        .arg(cache_directory())
}

/// The arguments after the name depend on the task, so they are parsed in a second step, as in `run`.
fn explain_command(bin: &str) -> Command {
    verb("explain", "Says whether a call would be run, and why")
        .override_usage(format!("{bin} cache explain [OPTIONS] <NAME> [INPUTS]"))
        .disable_help_subcommand(true)
        .allow_external_subcommands(true)
}

/// The command that explains a call of this task.
pub(super) fn explain_of(bin: &str, entity: &EntityDescriptor) -> Command {
    let own = [json_option(), cache_directory()];
    with_inputs(&format!("{bin} cache explain"), entity, own.into_iter())
}

pub(super) fn command(bin: &str) -> Command {
    Command::new("cache")
        .about("Shows and cleans what tasks with the option `cache` have left")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(explain_command(bin))
        .subcommand(verb("stats", "Shows how much there is, and where"))
        .subcommand(
            verb(
                "evict",
                "Removes what was not used for the longest time, until no more is left than this",
            )
            .arg(
                Arg::new(MAX_SIZE)
                    .long("max-size")
                    .value_name("SIZE")
                    .value_parser(parse_size)
                    .required(true)
                    .help("Bytes, or with a unit: `500Mi`, `10G`"),
            ),
        )
        .subcommand(
            verb("clear", "Removes all results, or those of one task").arg(
                Arg::new(NAME)
                    .value_name("NAME")
                    .help("The name of a task, or its last parts"),
            ),
        )
}

pub(super) fn parse_size(text: &str) -> Result<u64, String> {
    const BYTE: u128 = 1_000_000_000;
    let nanos = nano_units(text).map_err(|error| error.to_string())?;
    if nanos % BYTE != 0 {
        return Err(format!(
            "`{text}` is not a whole number of bytes; write for example `500Mi` or `10G`"
        ));
    }
    Ok(u64::try_from(nanos / BYTE).unwrap_or(u64::MAX))
}

pub(super) fn reply(registry: &Registry, bin: &str, options: &ArgMatches) -> Reply {
    match options.subcommand() {
        Some(("explain", options)) => explain(registry, bin, options),
        Some(("stats", options)) => Reply::of(stats(options), json(options)),
        Some(("evict", options)) => Reply::of(evict(options), json(options)),
        Some(("clear", options)) => Reply::of(clear(registry, options), json(options)),
        // clap has refused everything else.
        _ => Reply::default(),
    }
}

fn cache<'a>(options: impl IntoIterator<Item = &'a ArgMatches>) -> Result<Cache, Failure> {
    let mut directories = options.into_iter().filter_map(chosen);
    let cache = match directories.next() {
        Some(directory) => Some(Cache::at(directory)),
        None => Cache::of_user(&Environment::process()),
    };
    cache.ok_or(Failure::NoCache)
}

fn stats(options: &ArgMatches) -> Result<String, Failure> {
    let cache = cache([options])?;
    let stats = cache.stats()?;
    let directory = cache.directory().display().to_string();
    if json(options) {
        let stats = json!({"directory": directory, "entries": stats.entries, "bytes": stats.bytes});
        return Ok(format!("{stats}\n"));
    }
    Ok(table(
        "",
        &[
            ["directory".to_owned(), directory],
            ["results".to_owned(), stats.entries.to_string()],
            ["bytes".to_owned(), stats.bytes.to_string()],
        ],
    ))
}

fn evict(options: &ArgMatches) -> Result<String, Failure> {
    let max_size = options.get_one(MAX_SIZE).copied();
    // clap requires one of the options.
    let evicted = cache([options])?.evict(max_size.unwrap_or(u64::MAX))?;
    Ok(removed(evicted, options))
}

fn clear(registry: &Registry, options: &ArgMatches) -> Result<String, Failure> {
    let name = options.get_one::<String>(NAME);
    let task = match name {
        Some(name) => Some(registry.find(name)?.name()),
        None => None,
    };
    Ok(removed(cache([options])?.clear(task)?, options))
}

fn removed(evicted: Evicted, options: &ArgMatches) -> String {
    let Evicted {
        entries,
        bytes,
        in_use,
        ..
    } = evicted;
    if json(options) {
        return format!(
            "{}\n",
            json!({"entries": entries, "bytes": bytes, "in_use": in_use})
        );
    }
    let results = match entries {
        1 => "1 result".to_owned(),
        entries => format!("{entries} results"),
    };
    let stay = match in_use {
        0 => String::new(),
        in_use => format!("; {in_use} stay, since a run uses files of this cache"),
    };
    format!("removed {results}, {bytes} bytes{stay}\n")
}

fn explain(registry: &Registry, bin: &str, options: &ArgMatches) -> Reply {
    let Some((name, rest)) = options.subcommand() else {
        let missing = explain_command(bin).error(
            ErrorKind::MissingRequiredArgument,
            "the name of a task is missing",
        );
        return Reply::failed(&missing.into(), json(options));
    };
    let args: Vec<OsString> = rest
        .get_many::<OsString>("")
        .map(|args| args.cloned().collect())
        .unwrap_or_default();
    let entity = match registry.find(name) {
        Ok(entity) => entity,
        Err(error) => return Reply::failed(&error.into(), json(options)),
    };
    if let Err(failure) = Failure::of_defaults(entity) {
        return Reply::failed(&failure, json(options));
    }
    let mut inputs = explain_of(bin, entity);
    // Searched for by hand, as in `run`.
    let is_option = |id| inputs.get_arguments().any(|arg| arg.get_id() == id);
    let json = json(options) || is_option(JSON) && args.iter().any(|arg| arg == "--json");
    let given = given::call(entity, &mut inputs, args);
    // A task that is not cached does not need its inputs here.
    let given = given.map_err(|failure| match policy_of(entity) {
        Err(error) if failure.help().is_none() => error.into(),
        _ => failure,
    });
    let result = given.and_then(|(values, own)| {
        let key = CacheKey::of_values(entity, &values)?;
        let explanation = cache([&own, options])?.explain(&key)?;
        Ok(if json {
            format!("{}\n", as_json(&key, &explanation))
        } else {
            text::visible(&as_text(&key, &explanation)).into_owned()
        })
    });
    Reply::of(result, json)
}

fn as_text(key: &CacheKey, explanation: &Explanation) -> String {
    let mut text = match explanation {
        Explanation::Hit { stored } => {
            format!("hit: the result that was stored at {}\n", date(*stored))
        }
        Explanation::Empty => "miss: the task has no results\n".to_owned(),
        Explanation::Unusable { problem } => format!("miss: the result is of no use: {problem}\n"),
        Explanation::Miss {
            stored,
            differences,
        } if differences.is_empty() => format!(
            "miss: the result that was stored at {} is one of a cache with another path\n",
            date(*stored)
        ),
        Explanation::Miss {
            stored,
            differences,
        } => {
            let differences: String = differences
                .iter()
                .map(|difference| format!("  {difference}\n"))
                .collect();
            format!(
                "miss: it differs from the result that was stored at {}:\n{differences}",
                date(*stored)
            )
        }
        _ => no_other_variant!(Explanation),
    };
    text += "the key:\n";
    let row = |name: &str, value: &str| [name.to_owned(), value.to_owned()];
    let mut rows = vec![row("task", &key.task), row("version", &key.version)];
    if !key.salt.is_empty() {
        rows.push(row("salt", &key.salt));
    }
    rows.push(row("interface", &key.interface));
    for (name, hash) in &key.inputs {
        rows.push([format!("input {name}"), hash.clone()]);
    }
    text + &table("  ", &rows)
}

fn as_json(key: &CacheKey, explanation: &Explanation) -> Json {
    let inputs: serde_json::Map<_, _> = key
        .inputs
        .iter()
        .map(|(name, hash)| (name.clone(), hash.as_str().into()))
        .collect();
    let key = json!({
        "id": key.id(),
        "task": key.task,
        "version": key.version,
        "salt": key.salt,
        "interface": key.interface,
        "inputs": inputs,
        "flytekit": key.flytekit,
    });
    match explanation {
        Explanation::Hit { stored } => {
            json!({"result": "hit", "stored": date(*stored), "key": key})
        }
        Explanation::Empty => json!({"result": "miss", "key": key}),
        Explanation::Unusable { problem } => {
            json!({"result": "miss", "problem": problem, "key": key})
        }
        Explanation::Miss {
            stored,
            differences,
        } => {
            let differences: Vec<_> = differences.iter().map(ToString::to_string).collect();
            json!({"result": "miss", "stored": date(*stored), "differences": differences, "key": key})
        }
        _ => no_other_variant!(Explanation),
    }
}

/// A date and time in UTC, to the second.
fn date(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.unwrap_or(Duration::ZERO).as_secs();
    let timestamp = Timestamp::from_second(i64::try_from(seconds).unwrap_or(i64::MAX));
    timestamp.map_or_else(|_| seconds.to_string(), |timestamp| timestamp.to_string())
}
