//! What all commands about a cluster are made of.

use clap::{ArgMatches, Command};
use serde_json::Value as Json;

use super::{Reply, answer::Answer, cluster, failure::Failure, json, options};
use flyte_cluster::flyte1::BlockingRemote;
use flyte_config::config::Config;

/// A command with others below it.
pub(super) fn group(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
}

/// A command about a cluster.
pub(super) fn command(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .args(cluster::args())
        .arg(options::json())
}

/// The reply of a command about a cluster.
pub(super) fn reply(
    options: &ArgMatches,
    answer: impl FnOnce(&Config, &BlockingRemote, bool) -> Result<Answer, Failure>,
) -> Reply {
    let as_json = json(options);
    let answered = cluster::connect(&[options]);
    match answered.and_then(|(config, remote)| answer(&config, &remote, as_json)) {
        Ok(answer) => answer.reply(as_json),
        Err(failure) => Reply::failed(&failure, as_json),
    }
}

/// A list for people, of which they are told if it is empty, or for programs.
pub(super) fn listed(
    config: &Config,
    rows: String,
    all: &Json,
    as_json: bool,
    nothing: &str,
) -> Answer {
    match (as_json, rows.is_empty()) {
        (true, _) => format!("{all:#}\n").into(),
        (false, false) => rows.into(),
        (false, true) => {
            let (task, endpoint) = (&config.task, &config.platform.endpoint);
            let (project, domain) = (&*task.project, &*task.domain);
            let note = format!("{nothing} in {project}:{domain} of {}", **endpoint);
            Answer::from(rows).noted(&note)
        }
    }
}
