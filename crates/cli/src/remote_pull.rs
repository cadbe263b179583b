//! `runs pull`: brings an execution on a cluster home, to be shown and resumed here.

use clap::{Arg, ArgMatches, Command};

use super::{
    Cli, Reply, cluster,
    failure::{Failure, no_history},
    options,
};
use flyte_core::text;

pub(super) const NAME: &str = "pull";

/// Not the id of a run here, which a shell would complete.
const EXECUTION: &str = "EXECUTION";

pub(super) fn command() -> Command {
    Command::new(NAME)
        .about("Brings an execution on a cluster that has ended here, to be shown and resumed as a run of this machine")
        .arg(
            Arg::new(EXECUTION)
                .value_name("NAME")
                .help("The name of an execution")
                .required(true),
        )
        .args(cluster::args())
        .arg(options::json())
}

pub(super) fn reply(cli: &Cli<'_>, options: &ArgMatches, as_json: bool) -> Reply {
    match pulled(cli, options, as_json) {
        Ok((stdout, stderr)) => Reply {
            stderr: text::visible(&stderr).into_owned(),
            ..Reply::success(match as_json {
                true => stdout,
                false => text::visible(&stdout).into_owned(),
            })
        },
        Err(failure) => Reply::failed(&failure, as_json),
    }
}

fn pulled(cli: &Cli<'_>, options: &ArgMatches, as_json: bool) -> Result<(String, String), Failure> {
    let history = cli.history.ok_or_else(no_history)?;
    let (_, remote) = cluster::connect(&[options])?;
    let name = options
        .get_one::<String>(EXECUTION)
        .map_or("", String::as_str);
    let pulled = remote.pull(&remote.execution(name), cli.registry, history)?;
    if as_json {
        return Ok((format!("{}\n", pulled.to_json()), String::new()));
    }
    let mut stderr = String::new();
    for notice in &pulled.notices {
        stderr += &format!("note: {}\n", text::hanging(notice));
    }
    let run = &pulled.run;
    let mut stdout = format!(
        "run {run} of {}: {}, {} nodes\n",
        pulled.entity,
        pulled.status.name(),
        pulled.nodes
    );
    if let Some(replaced) = &pulled.replaced {
        stdout += &format!("it replaces run {replaced}\n");
    }
    match &pulled.difference {
        Some(difference) => {
            stdout += &format!(
                "it cannot be resumed here, because the program is another: {difference}\n"
            );
        }
        None if pulled.status.is_success() => {}
        None => {
            stdout += &format!("`run --resume {run}` goes on with it here\n");
        }
    }
    Ok((stdout, stderr))
}
