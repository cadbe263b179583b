//! `projects`: the projects of a cluster.

use clap::{ArgMatches, Command};

use super::{Reply, on_cluster, table::table};
use flyte_cluster::flyte1::ProjectRecord;

pub(super) fn command() -> Command {
    on_cluster::group("projects", "Shows the projects of a cluster").subcommand(
        on_cluster::command("list", "Lists the projects with their domains"),
    )
}

pub(super) fn reply(options: &ArgMatches) -> Reply {
    let Some((_, options)) = options.subcommand() else {
        return Reply::default();
    };
    on_cluster::reply(options, |_, remote, as_json| {
        let projects = remote.projects()?;
        if as_json {
            let all: serde_json::Value = projects.iter().map(ProjectRecord::to_json).collect();
            return Ok(format!("{all:#}\n").into());
        }
        let rows = projects.iter().map(|project| {
            [
                project.id.clone(),
                project.domains.join(", "),
                if project.is_archived { "archived" } else { "" }.to_owned(),
                project.description.clone(),
            ]
        });
        Ok(table("", &rows.collect::<Vec<_>>()).into())
    })
}
