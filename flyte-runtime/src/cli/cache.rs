//! `cache`: results that are kept.

use std::{ffi::OsString, time::SystemTime};

use clap::{Arg, ArgMatches, Command};
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::{Reply, command, failure::Failure, json, run};
use crate::{
    cache::{Cache, CacheError, CacheKey, Evicted, Explanation},
    config::Environment,
    entity::Registry,
};

const TASK: &str = "--task";
const MAX_SIZE: &str = "--max-size";

pub(super) fn command(bin: &str) -> Command {
    let shared = |command: Command| command.arg(command::json()).arg(command::cache_dir());
    Command::new("cache")
        .about("Shows and removes results that tasks with `cache` have left on this machine")
        .subcommand_required(true)
        .disable_help_subcommand(true)
        .subcommand(shared(
            Command::new("stats").about("Shows how many results there are and what they take"),
        ))
        .subcommand(shared(
            Command::new("explain")
                .about("Says whether a call would come from the cache, and what differs if not")
                .override_usage(format!("{bin} cache explain [OPTIONS] <NAME> [INPUTS]"))
                .after_help(format!(
                    "NAME is the name of a task, or its last parts. Its inputs follow as for `{bin} run`."
                ))
                .allow_external_subcommands(true),
        ))
        .subcommand(shared(
            Command::new("evict")
                .about("Removes what was not used for the longest time until the rest is small enough")
                .arg(
                    Arg::new(MAX_SIZE)
                        .long("max-size")
                        .value_name("SIZE")
                        .required(true)
                        .value_parser(parse_size)
                        .help("What is left at most: bytes, or with a unit such as `500Mi` or `2Gi`"),
                ),
        ))
        .subcommand(shared(
            Command::new("clear")
                .about("Removes all results, or those of one task")
                .arg(
                    Arg::new(TASK)
                        .value_name("TASK")
                        .help("The whole name of a task, which need not exist any more"),
                ),
        ))
}

/// Bytes, as a number or with a unit.
fn parse_size(text: &str) -> Result<u64, &'static str> {
    const UNITS: [(&str, u64); 9] = [
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("k", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
        ("", 1),
    ];
    let unit = UNITS
        .iter()
        .find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, bytes)));
    unit.and_then(|(number, bytes)| number.trim().parse::<u64>().ok()?.checked_mul(*bytes))
        .ok_or("not a size such as `500Mi`, `2Gi` or `1000000`")
}

pub(super) fn reply(registry: &Registry, bin: &str, options: &ArgMatches) -> Reply {
    let Some((command, options)) = options.subcommand() else {
        return Reply::default();
    };
    let as_json = json(options);
    let given = run::cache_dir(options).map(Cache::at);
    let Some(cache) = given.or_else(|| Cache::of_user(&Environment::process())) else {
        return Reply::failed(&CacheError::NoDirectory.into(), as_json);
    };
    let result = match command {
        "stats" => stats(&cache),
        "explain" => explain(&cache, registry, bin, options),
        "evict" => {
            let size = options.get_one(MAX_SIZE).copied().unwrap_or_default();
            removed(cache.evict(size))
        }
        _ => {
            let task = options.get_one::<String>(TASK).map(String::as_str);
            removed(cache.clear(task))
        }
    };
    let printed = result.map(|(text, json)| match as_json {
        true => format!("{json}\n"),
        false => text,
    });
    Reply::of(printed, as_json)
}

/// What is said to people, and to programs.
type Said = Result<(String, Json), Failure>;

fn stats(cache: &Cache) -> Said {
    let stats = cache.stats()?;
    let directory = cache.directory().display().to_string();
    let text = format!(
        "{} in {directory}, {}\n",
        results(stats.entries),
        size(stats.bytes)
    );
    let json = json!({"directory": directory, "entries": stats.entries, "bytes": stats.bytes});
    Ok((text, json))
}

fn removed(evicted: Result<Evicted, CacheError>) -> Said {
    let evicted = evicted?;
    let text = format!(
        "removed {}, {}\n",
        results(evicted.entries),
        size(evicted.bytes)
    );
    let json = json!({"entries": evicted.entries, "bytes": evicted.bytes});
    Ok((text, json))
}

fn explain(cache: &Cache, registry: &Registry, bin: &str, options: &ArgMatches) -> Said {
    let Some((name, rest)) = options.subcommand() else {
        return Err(command::missing_name(bin).into());
    };
    let args = rest.get_many::<OsString>("").into_iter().flatten();
    let entity = registry.find(name)?;
    let mut inputs = command::entity(bin, entity);
    let (values, _) = run::call(entity, &mut inputs, args.cloned().collect())?;
    let key = CacheKey::of_values(entity, &values)?;
    let (text, answer, differences) = match cache.explain(&key)? {
        Explanation::Hit { stored } => {
            (format!("hit: stored {}\n", time(stored)), "hit", Vec::new())
        }
        Explanation::Empty => (
            "miss: there is no result of this task\n".to_owned(),
            "miss",
            Vec::new(),
        ),
        Explanation::Miss {
            stored,
            differences,
        } => {
            let differences: Vec<_> = differences.iter().map(ToString::to_string).collect();
            let text = match differences.as_slice() {
                [] => format!(
                    "miss: the result stored {} is damaged, or a file of it is gone or changed\n",
                    time(stored)
                ),
                several => format!(
                    "miss: compared with the result stored {}\n  {}\n",
                    time(stored),
                    several.join("\n  ")
                ),
            };
            (text, "miss", differences)
        }
    };
    let json = json!({
        "answer": answer,
        "differences": differences,
        "key": {
            "task": key.task,
            "version": key.version,
            "salt": key.salt,
            "interface": key.interface,
            "inputs": key.inputs.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            "flytekit": key.flytekit,
        },
    });
    Ok((text, json))
}

fn results(count: u64) -> String {
    match count {
        1 => "1 result".to_owned(),
        count => format!("{count} results"),
    }
}

fn time(time: SystemTime) -> String {
    Timestamp::try_from(time).map_or_else(
        |_| "at an unknown time".to_owned(),
        |time| format!("at {time}"),
    )
}

fn size(bytes: u64) -> String {
    let (mut amount, mut unit) = (bytes as f64, "bytes");
    for larger in ["KiB", "MiB", "GiB", "TiB"] {
        if amount < 1024.0 {
            break;
        }
        (amount, unit) = (amount / 1024.0, larger);
    }
    match unit {
        "bytes" => format!("{bytes} bytes"),
        unit => format!("{amount:.1} {unit}"),
    }
}
