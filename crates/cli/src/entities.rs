//! `entities`: what is registered in a cluster.

use clap::{
    Arg, ArgMatches, Command,
    builder::{PossibleValue, PossibleValuesParser},
};
use serde_json::Value as Json;

use super::{
    Cli, Reply, answer::Answer, failure::Failure, on_cluster, options::NAME, table::table,
};
use flyte_cluster::flyte1::{
    BlockingRemote, EntityDetails, EntityRecord, EntityVariable, EntityVersion, Given,
};
use flyte_core::{graph::entity::EntityKind, text};
use flyte_events::events::time_text;

const KIND: &str = "--kind";
const VERSION: &str = "--version";

/// What people call the kinds, and the name that output has for them.
const KINDS: [(&str, &[&str]); 3] = [
    ("task", &["tasks"]),
    ("workflow", &["workflows", "wf"]),
    (
        "launch_plan",
        &[
            "launch-plan",
            "launchplan",
            "launch_plans",
            "launch-plans",
            "launchplans",
            "lp",
            "plan",
            "plans",
        ],
    ),
];

pub(super) fn command() -> Command {
    let kinds = KINDS.map(|(name, others)| PossibleValue::new(name).aliases(others));
    let kind = || {
        Arg::new(KIND)
            .long("kind")
            .value_name("KIND")
            .value_parser(PossibleValuesParser::new(kinds.clone()))
            .ignore_case(true)
            .help("Of this kind alone")
    };
    let of_cluster = |name, about| on_cluster::command(name, about).arg(kind());
    on_cluster::group(
        "entities",
        "Shows the tasks, workflows and launch plans that are registered in a cluster",
    )
    .subcommand(of_cluster(
        "list",
        "Lists the names in the project and domain",
    ))
    .subcommand(
        of_cluster("versions", "Lists the versions of a name, the newest first")
            .arg(name(
                "A name in the cluster; that of an entity of this program can be shortened",
            ))
            .arg(limit()),
    )
    .subcommand(
        of_cluster(
            "show",
            "Shows the inputs and outputs of a version, and more about it",
        )
        .arg(name(
            "A name in the cluster; that of an entity of this program can be shortened",
        ))
        .arg(
            Arg::new(VERSION)
                .long("version")
                .value_name("TEXT")
                .help("The version [default: the newest, and of a launch plan the active one]"),
        ),
    )
}

pub(super) fn name(help: &'static str) -> Arg {
    Arg::new(NAME).value_name("NAME").help(help).required(true)
}

const LIMIT: &str = "--limit";

fn limit() -> Arg {
    Arg::new(LIMIT)
        .long("limit")
        .value_name("N")
        .value_parser(parse_limit)
        .help("How many of each kind [default: all]")
}

/// How many things of a list are asked for.
pub(super) fn parse_limit(text: &str) -> Result<usize, &'static str> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or("write a whole number from 1 on")
}

/// The name in the cluster: one of the program's can be shortened.
pub(super) fn named(cli: &Cli<'_>, options: &ArgMatches) -> String {
    let given = options.get_one::<String>(NAME).map_or("", String::as_str);
    let known = cli.registry.find(given);
    known.map_or_else(|_| given.to_owned(), |entity| entity.name().to_owned())
}

pub(super) fn reply(cli: &Cli<'_>, options: &ArgMatches) -> Reply {
    let Some((command, options)) = options.subcommand() else {
        return Reply::default();
    };
    let kind = options.get_one::<String>(KIND).map(|kind| kind_of(kind));
    on_cluster::reply(options, |config, remote, as_json| match command {
        "list" => {
            let entities = remote.entities(kind)?;
            let rows = entities
                .iter()
                .map(|entity| [entity.kind.to_string(), entity.name.clone()]);
            let rows = table("", &rows.collect::<Vec<_>>());
            let all = entities.iter().map(EntityRecord::to_json).collect();
            let nothing = kind.map_or_else(
                || "nothing is registered".to_owned(),
                |kind| format!("no {kind} is registered"),
            );
            Ok(on_cluster::listed(config, rows, &all, as_json, &nothing))
        }
        "versions" => {
            let limit = options.get_one::<usize>(LIMIT).copied();
            let text = versions(remote, &named(cli, options), kind, limit, as_json);
            text.map(Answer::from)
        }
        _ => {
            let version = options.get_one::<String>(VERSION).map(String::as_str);
            let details = remote.entity(&named(cli, options), kind, version)?;
            Ok(match as_json {
                true => format!("{:#}\n", details.to_json()),
                false => show(&details),
            }
            .into())
        }
    })
}

/// The kind of a word, which the parser has accepted.
fn kind_of(word: &str) -> EntityKind {
    let word = word.to_lowercase();
    let mut kinds = KINDS.iter();
    let found = kinds.find(|(name, others)| *name == word || others.contains(&&*word));
    match found {
        Some(("task", _)) => EntityKind::Task,
        Some(("workflow", _)) => EntityKind::Workflow,
        _ => EntityKind::LaunchPlan,
    }
}

fn versions(
    remote: &BlockingRemote,
    name: &str,
    kind: Option<EntityKind>,
    limit: Option<usize>,
    as_json: bool,
) -> Result<String, Failure> {
    let all = remote.versions(name, kind, limit.unwrap_or(usize::MAX))?;
    if as_json {
        let all: Json = all.iter().map(EntityVersion::to_json).collect();
        return Ok(format!("{all:#}\n"));
    }
    let rows = all.iter().map(|one| {
        [
            one.kind.to_string(),
            one.version.clone(),
            one.created.map(time_text).unwrap_or_default(),
            if one.is_active { "active" } else { "" }.to_owned(),
        ]
    });
    Ok(table("", &rows.collect::<Vec<_>>()))
}

fn show(details: &EntityDetails) -> String {
    let version = &details.version;
    let mut text = format!("{} {} {}\n", version.kind, version.name, version.version);
    let mut rows: Vec<[String; 2]> = Vec::new();
    if let Some(created) = version.created {
        rows.push(["created".to_owned(), time_text(created)]);
    }
    let more = details.more.iter();
    rows.extend(more.map(|(key, value)| [(*key).to_owned(), value.clone()]));
    text += &table("", &rows);
    for (title, variables) in [("inputs", &details.inputs), ("outputs", &details.outputs)] {
        if variables.is_empty() {
            continue;
        }
        text += &format!("{title}:\n");
        let rows = variables.iter().map(row);
        text += &table("  ", &rows.collect::<Vec<_>>());
    }
    text
}

fn row(variable: &EntityVariable) -> [String; 4] {
    let given = match &variable.given {
        Given::Default(value) => format!("default {value}"),
        Given::Fixed(value) => format!("fixed {value}"),
        _ => String::new(),
    };
    // Without a description it is the name once more.
    let description = match variable.description == variable.name {
        true => String::new(),
        false => text::glance(&variable.description),
    };
    [
        variable.name.clone(),
        variable.type_text.clone(),
        text::glance(&given),
        description,
    ]
}
