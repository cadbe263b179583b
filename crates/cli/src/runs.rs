//! `runs`: lists, shows and removes recorded runs.

use std::{fmt::Write as _, time::Duration};

use clap::{Arg, ArgGroup, ArgMatches, Command};
use serde_json::Value as Json;

use super::{
    Cli, Reply,
    cache::parse_size,
    failure::{Failure, no_history},
    json,
    options::{self, ID},
    run_compare,
    run_compare::OTHER,
    run_decks, run_logs,
    run_nodes::{seconds, tree},
    run_page,
    table::{indented, table},
};
use flyte_core::{
    graph::entity::EntityDescriptor,
    text,
    types::{Literal, LiteralType, TypeError, json_from_literal, json_from_typed_literal},
};
use flyte_events::{
    events::time_text,
    history::{History, RunRecord, StoredValues},
};
use flyte_grammar::duration;

const KEEP: &str = "--keep";
const OLDER_THAN: &str = "--older-than";
const MAX_SIZE: &str = "--max-size";

pub(super) fn command() -> Command {
    let command = here();
    #[cfg(feature = "cluster")]
    let command = super::remote_runs::with_remote(command);
    command
}

/// The commands for runs on this machine.
fn here() -> Command {
    Command::new("runs")
        .about("Shows and removes what is recorded of the runs of this user")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            Command::new("list")
                .about("Lists the runs, the last first")
                .arg(options::json()),
        )
        .subcommand(
            Command::new("show")
                .about("Shows a run with its nodes, their inputs and outputs, and what went wrong")
                .arg(options::json())
                .arg(
                    Arg::new(ID)
                        .value_name("ID")
                        .help("The id of a run or a beginning of it, or `last`")
                        .required(true),
                ),
        )
        .subcommand(run_page::command())
        .subcommand(run_compare::command())
        .subcommand(run_logs::command())
        .subcommand(run_decks::command())
        .subcommand(
            Command::new("prune")
                .about("Removes old runs: those that any of the options says; those that are going on stay, and those \
                        of another format")
                .arg(options::json())
                .arg(
                    Arg::new(ID)
                        .value_name("ID")
                        .help("The id of a run or a beginning of it: this one, of whatever format it is"),
                )
                .arg(
                    Arg::new(KEEP)
                        .long("keep")
                        .value_name("N")
                        .value_parser(|text: &str| {
                            text.parse::<usize>().map_err(|_| "not a whole number")
                        })
                        .help("How many are kept"),
                )
                .arg(
                    Arg::new(OLDER_THAN)
                        .long("older-than")
                        .value_name("TIME")
                        .value_parser(|text: &str| {
                            duration::parse(text).map_err(|error| error.to_string())
                        })
                        .help("Those that were last worked on longer ago, as in `30d`"),
                )
                .arg(
                    Arg::new(MAX_SIZE)
                        .long("max-size")
                        .value_name("SIZE")
                        .value_parser(parse_size)
                        .help("How large all may be together, as in `2Gi`"),
                )
                .group(
                    ArgGroup::new("what")
                        .args([ID, KEEP, OLDER_THAN, MAX_SIZE])
                        .required(true)
                        .multiple(true),
                ),
        )
}

pub(super) fn reply(cli: &Cli<'_>, options: &ArgMatches) -> Reply {
    let history = cli.history;
    let Some((command, options)) = options.subcommand() else {
        return Reply::default();
    };
    let as_json = json(options);
    #[cfg(feature = "cluster")]
    if let Some(reply) = super::remote_runs::reply(cli, command, options) {
        return reply;
    }
    let text = history
        .ok_or_else(no_history)
        .and_then(|history| match command {
            "list" => list(history, as_json),
            "show" => {
                let id = options.get_one::<String>(ID);
                let run = history.run(id.map_or("", String::as_str))?;
                let entity = cli.registry.find(run.entity()).ok();
                show(&run, entity, as_json)
            }
            "page" => {
                let id = options.get_one::<String>(ID);
                let run = history.run(id.map_or("", String::as_str))?;
                let other = options.get_one::<String>(OTHER);
                let other = other.map(|other| history.run(other)).transpose()?;
                run_page::reply((&run, other.as_ref()), cli.registry, options, as_json)
            }
            "compare" => run_compare::reply(history, cli.registry, options, as_json),
            "logs" => run_logs::of_run(history, options, as_json),
            "deck" => run_decks::of_run(history, options, as_json),
            _ => {
                let mut removed = 0;
                if let Some(id) = options.get_one::<String>(ID) {
                    history.remove(id)?;
                    removed += 1;
                }
                if let Some(keep) = options.get_one::<usize>(KEEP) {
                    removed += history.prune(*keep)?;
                }
                if let Some(age) = options.get_one::<Duration>(OLDER_THAN) {
                    removed += history.prune_older_than(*age)?;
                }
                if let Some(bytes) = options.get_one::<u64>(MAX_SIZE) {
                    removed += history.prune_to_size(*bytes)?;
                }
                Ok(match as_json {
                    true => format!("{}\n", serde_json::json!({"removed": removed})),
                    false => format!("{removed} removed\n"),
                })
            }
        });
    let text = text.map(|text| match as_json {
        true => text,
        false => text::visible(&text).into_owned(),
    });
    let mut reply = Reply::of(text, as_json);
    if command == "list"
        && let Some(Ok(unreadable)) = history.map(History::unreadable)
    {
        for problem in unreadable {
            reply.stderr += &format!("note: {}\n", text::hanging(&problem.to_string()));
        }
    }
    reply
}

fn list(history: &History, as_json: bool) -> Result<String, Failure> {
    let runs = history.runs()?;
    if as_json {
        let runs: Json = runs.iter().map(RunRecord::to_json).collect();
        return Ok(format!("{runs:#}\n"));
    }
    let rows = runs.iter().map(|run| {
        let origin = run.origin();
        let origin = origin.map(|origin| format!("from {origin}"));
        let took = run
            .ended()
            .and_then(|ended| ended.duration_since(run.started()).ok());
        [
            run.id().to_owned(),
            run.status().to_string(),
            took.map(seconds).unwrap_or_default(),
            run.entity().to_owned(),
            origin.unwrap_or_default(),
        ]
    });
    Ok(table("", &rows.collect::<Vec<_>>()))
}

fn show(
    run: &RunRecord,
    entity: Option<&'static EntityDescriptor>,
    as_json: bool,
) -> Result<String, Failure> {
    // If the program no longer has the entity, values are shown as far as they describe themselves.
    let inputs = entity.map(|entity| {
        let inputs = entity.inputs().iter();
        inputs.map(|input| (input.name, input.info.literal_type()))
    });
    let inputs: Vec<_> = inputs.into_iter().flatten().collect();
    let outputs = entity.map(|entity| {
        let outputs = entity.outputs().iter();
        outputs.map(|output| (output.name, output.info.literal_type()))
    });
    let outputs: Vec<_> = outputs.into_iter().flatten().collect();
    if as_json {
        let mut json = run.to_json();
        for (name, values, types) in [
            ("inputs", run.inputs(), &inputs),
            ("outputs", run.outputs(), &outputs),
        ] {
            if let Some(shown) = json.get_mut(name).and_then(Json::as_object_mut) {
                for (name, value) in values.iter() {
                    if let Ok(Ok(value)) = value.map(|literal| shown_as(name, literal, types)) {
                        shown.insert(name.to_owned(), value);
                    }
                }
            }
        }
        return Ok(format!("{json:#}\n"));
    }
    let mut text = format!("{} of {}: {}\n", run.id(), run.entity(), run.status());
    let _ = writeln!(text, "started {}", time_text(run.started()));
    if let Some(ended) = run.ended() {
        let _ = writeln!(text, "ended   {}", time_text(ended));
    }
    if let Some(origin) = run.origin() {
        let _ = writeln!(text, "from    {origin}, version {}", origin.version);
        if let Some(difference) = &origin.difference {
            let _ = writeln!(text, "not to be resumed: {difference}");
        }
    }
    if run.damage() > 0 {
        let _ = writeln!(
            text,
            "damaged: its last {} bytes were changed after they were written",
            run.damage()
        );
    }
    match run.resumed() {
        0 => {}
        1 => text += "resumed once\n",
        times => {
            let _ = writeln!(text, "resumed {times} times");
        }
    }
    values(&mut text, "inputs", run.inputs(), &inputs);
    values(&mut text, "outputs", run.outputs(), &outputs);
    if let Some(error) = run.error() {
        text += "error:\n";
        text += &indented("  ", error);
    }
    text += "nodes:\n";
    text += &tree(run);
    Ok(text)
}

/// A value by the type that the entity declares.
fn shown_as(
    name: &str,
    literal: &Literal,
    types: &[(&str, LiteralType)],
) -> Result<Json, TypeError> {
    match types.iter().find(|(own, _)| *own == name) {
        Some((_, literal_type)) => json_from_typed_literal(literal, literal_type),
        None => json_from_literal(literal),
    }
}

fn values(text: &mut String, title: &str, values: &StoredValues, types: &[(&str, LiteralType)]) {
    let rows: Vec<_> = values
        .iter()
        .map(|(name, value)| {
            let shown = match value {
                Ok(literal) => shown_as(name, literal, types)
                    .map_or_else(|error| error.to_string(), |json| json.to_string()),
                Err(problem) => problem.to_owned(),
            };
            [name.to_owned(), shortened(&shown)]
        })
        .collect();
    if !rows.is_empty() {
        let _ = writeln!(text, "{title}:");
        *text += &table("  ", &rows);
    }
}

/// A value, shortened for display; `--json` shows all of it.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 200;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
