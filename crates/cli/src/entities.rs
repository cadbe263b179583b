//! `entities`: what is registered in a cluster.

use clap::{Arg, ArgMatches, Command};
use serde_json::Value as Json;

use super::{
    Cli, Reply, cluster,
    failure::Failure,
    json,
    options::{self, NAME},
    table::table,
};
use flyte_cluster::flyte1::{
    BlockingRemote, EntityDetails, EntityRecord, EntityVariable, EntityVersion, Given,
};
use flyte_core::{graph::entity::EntityKind, text};
use flyte_events::events::time_text;

const KIND: &str = "--kind";
const VERSION: &str = "--version";

pub(super) fn command() -> Command {
    let kind = || {
        Arg::new(KIND)
            .long("kind")
            .value_name("KIND")
            .value_parser(["task", "workflow", "launch_plan"])
            .help("Of this kind alone")
    };
    let of_cluster = |name: &'static str, about: &'static str| {
        Command::new(name)
            .about(about)
            .arg(kind())
            .args(cluster::args())
            .arg(options::json())
    };
    Command::new("entities")
        .about("Shows the tasks, workflows and launch plans that are registered in a cluster")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
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
        .value_parser(clap::value_parser!(usize))
        .help("How many of each kind [default: all]")
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
    let as_json = json(options);
    let text = answer(cli, command, options, as_json);
    Reply::of(shown(text, as_json), as_json)
}

/// Text for people has nothing that moves the cursor.
pub(super) fn shown(text: Result<String, Failure>, as_json: bool) -> Result<String, Failure> {
    text.map(|text| match as_json {
        true => text,
        false => text::visible(&text).into_owned(),
    })
}

fn answer(
    cli: &Cli<'_>,
    command: &str,
    options: &ArgMatches,
    as_json: bool,
) -> Result<String, Failure> {
    let (_, remote) = cluster::connect(&[options])?;
    let kind = options.get_one::<String>(KIND);
    let kind = kind.map(|kind| match kind.as_str() {
        "task" => EntityKind::Task,
        "workflow" => EntityKind::Workflow,
        // clap has refused everything else.
        _ => EntityKind::LaunchPlan,
    });
    match command {
        "list" => list(&remote, kind, as_json),
        "versions" => {
            let limit = options.get_one::<usize>(LIMIT).copied();
            versions(&remote, &named(cli, options), kind, limit, as_json)
        }
        _ => {
            let version = options.get_one::<String>(VERSION).map(String::as_str);
            let details = remote.entity(&named(cli, options), kind, version)?;
            Ok(match as_json {
                true => format!("{:#}\n", details.to_json()),
                false => show(&details),
            })
        }
    }
}

fn list(
    remote: &BlockingRemote,
    kind: Option<EntityKind>,
    as_json: bool,
) -> Result<String, Failure> {
    let entities = remote.entities(kind)?;
    if as_json {
        let all: Json = entities.iter().map(EntityRecord::to_json).collect();
        return Ok(format!("{all:#}\n"));
    }
    let rows = entities
        .iter()
        .map(|entity| [entity.kind.to_string(), entity.name.clone()]);
    Ok(table("", &rows.collect::<Vec<_>>()))
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
