//! `check-references`: whether the references of the program fit what a cluster has.

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;

use super::{Cli, Exit, Reply, cluster, failure::Failure, json, options};
use flyte_cluster::flyte1::ReferenceCheck;
use flyte_core::text;

const NAMES: &str = "names";

pub(super) fn command() -> Command {
    Command::new("check-references")
        .about("Compares the references of this program with the tasks, workflows and launch plans of a cluster")
        .arg(
            Arg::new(NAMES)
                .value_name("NAME")
                .action(ArgAction::Append)
                .help("A task, workflow or launch plan, with what it uses; can be repeated [default: everything]"),
        )
        .args(cluster::args())
        .arg(options::json())
        .after_help("Exit codes: 0 all references fit; 1 one does not; 2 the command line is wrong")
}

pub(super) fn reply(cli: &Cli<'_>, options: &ArgMatches) -> Reply {
    let as_json = json(options);
    match checks(cli, options) {
        Ok(checks) => {
            let exit = match checks.iter().all(ReferenceCheck::fits) {
                true => Exit::Success,
                false => Exit::Failed,
            };
            let stdout = match as_json {
                true => document(&checks),
                false => text::visible(&report(&checks)).into_owned(),
            };
            Reply {
                exit,
                ..Reply::success(stdout)
            }
        }
        Err(failure) => Reply::failed(&failure, as_json),
    }
}

fn checks(cli: &Cli<'_>, options: &ArgMatches) -> Result<Vec<ReferenceCheck>, Failure> {
    let names = options.get_many::<String>(NAMES).into_iter().flatten();
    let only: Result<Vec<_>, _> = names.map(|name| cli.registry.find(name)).collect();
    let only = only?;
    let (_, remote) = cluster::connect(&[options])?;
    Ok(remote.check_references(cli.registry, &only)?)
}

fn fitting(checks: &[ReferenceCheck]) -> usize {
    checks.iter().filter(|check| check.fits()).count()
}

fn document(checks: &[ReferenceCheck]) -> String {
    let document = json!({
        "references": checks.iter().map(ReferenceCheck::to_json).collect::<Vec<_>>(),
        "fit": fitting(checks),
        "differ": checks.len() - fitting(checks),
    });
    format!("{document}\n")
}

fn report(checks: &[ReferenceCheck]) -> String {
    if checks.is_empty() {
        return "there are no references\n".to_owned();
    }
    let mut report = String::new();
    for check in checks {
        report += &match (check.fits(), check.differences.is_empty()) {
            (true, true) => format!(
                "ok: `{}` fits the {} `{}`\n",
                check.name, check.kind, check.id
            ),
            (true, false) => format!("ok: {check}\n"),
            (false, _) => format!("error: {check}\n"),
        };
    }
    let all = checks.len();
    let noun = if all == 1 {
        "reference fits"
    } else {
        "references fit"
    };
    report + &format!("{} of {all} {noun}\n", fitting(checks))
}
