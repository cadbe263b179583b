//! `projects`: the projects of a cluster.

use clap::{ArgMatches, Command};
use serde_json::Value as Json;

use super::{Reply, cluster, entities::shown, failure::Failure, json, options, table::table};
use flyte_cluster::flyte1::ProjectRecord;

pub(super) fn command() -> Command {
    Command::new("projects")
        .about("Shows the projects of a cluster")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            Command::new("list")
                .about("Lists the projects with their domains")
                .args(cluster::args())
                .arg(options::json()),
        )
}

pub(super) fn reply(options: &ArgMatches) -> Reply {
    let Some((_, options)) = options.subcommand() else {
        return Reply::default();
    };
    let as_json = json(options);
    Reply::of(shown(list(options, as_json), as_json), as_json)
}

fn list(options: &ArgMatches, as_json: bool) -> Result<String, Failure> {
    let (_, remote) = cluster::connect(&[options])?;
    let projects = remote.projects()?;
    if as_json {
        let all: Json = projects.iter().map(ProjectRecord::to_json).collect();
        return Ok(format!("{all:#}\n"));
    }
    let rows = projects.iter().map(|project| {
        [
            project.id.clone(),
            project.domains.join(", "),
            if project.is_archived { "archived" } else { "" }.to_owned(),
            project.description.clone(),
        ]
    });
    Ok(table("", &rows.collect::<Vec<_>>()))
}
