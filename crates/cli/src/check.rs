//! `check`: reports what a cluster would refuse, and what it does differently from a local run.

use clap::{Arg, ArgAction, ArgMatches, Command, error::ErrorKind, value_parser};
use serde_json::json;

use super::{Exit, Reply, failure::Failure, json, options};
use flyte_check::check::{Check, Finding, MAX_NODES, Rule, Severity};
#[cfg(feature = "remote")]
use flyte_cluster::serialize::too_large_of;
use flyte_core::{
    graph::entity::{EntityDescriptor, UnknownEntity},
    registry::Registry,
    text,
};
use flyte_grammar::nearest::distance;

const ALLOW: &str = "allow";
const MAX: &str = "max-nodes";

pub(super) fn command() -> Command {
    Command::new("check")
        .about("Tells what a Flyte 1 cluster would refuse, and what it does otherwise than a run on this machine")
        .arg(
            Arg::new(options::NAME)
                .value_name("NAME")
                .help("A task, workflow or launch plan, with what it uses [default: everything]"),
        )
        .args(args_of_check())
        .arg(options::json())
        .after_help("Exit codes: 0 no errors; 1 a cluster would refuse something; 2 the command line is wrong")
}

/// The options for the cluster's limits and for suppressed warnings, for a command that checks beside what it does.
#[cfg(feature = "remote")]
pub(super) fn args() -> [Arg; 2] {
    args_of_check().map(|arg| arg.help_heading("Check options"))
}

fn args_of_check() -> [Arg; 2] {
    [
        Arg::new(ALLOW)
            .long(ALLOW)
            .value_name("RULE")
            .action(ArgAction::Append)
            .help("Says nothing of this warning, as in `--allow no-backoff`; can be repeated"),
        Arg::new(MAX)
            .long(MAX)
            .value_name("N")
            .value_parser(value_parser!(usize))
            .help(format!(
                "How many nodes a workflow may have on the server [default: {MAX_NODES}]"
            )),
    ]
}

/// Makes the check from the options of [`args`].
pub(super) fn asked(options: &ArgMatches, command: &mut Command) -> Result<Check, Failure> {
    let mut check = Check::new();
    if let Some(nodes) = options.get_one::<usize>(MAX) {
        check = check.max_nodes(*nodes);
    }
    for code in options.get_many::<String>(ALLOW).into_iter().flatten() {
        let problem = match Rule::of_code(code) {
            Some(rule) if rule.severity() == Severity::Warning => {
                check = check.allow(rule);
                continue;
            }
            Some(_) => format!("`--allow {code}`: a cluster refuses it, whatever is allowed here"),
            None => {
                let all = Rule::ALL.iter().map(|rule| rule.code());
                let nearest = all.min_by_key(|known| distance(known, code));
                let nearest = nearest.unwrap_or_default();
                format!("`--allow {code}`: there is no such rule; did you mean `{nearest}`?")
            }
        };
        return Err(command.error(ErrorKind::ValueValidation, problem).into());
    }
    Ok(check)
}

pub(super) fn reply(registry: &Registry, bin: &str, options: &ArgMatches) -> Reply {
    let json = json(options);
    match findings(registry, bin, options) {
        Ok(findings) => {
            let exit = match findings.iter().any(Finding::is_error) {
                true => Exit::Failed,
                false => Exit::Success,
            };
            let stdout = match json {
                true => document(&findings),
                false => text::visible(&report(&findings)).into_owned(),
            };
            Reply {
                exit,
                ..Reply::success(stdout)
            }
        }
        Err(failure) => Reply::failed(&failure, json),
    }
}

fn findings(registry: &Registry, bin: &str, options: &ArgMatches) -> Result<Vec<Finding>, Failure> {
    let mut command = command().bin_name(format!("{bin} check"));
    let check = asked(options, &mut command)?;
    if let Some(name) = options.get_one::<String>(options::NAME) {
        let entity = registry.find(name)?;
        return Ok(sized(check.entity(entity), registry, &[entity]));
    }
    if registry.entities().next().is_none() {
        return Err(UnknownEntity::Empty.into());
    }
    let all: Vec<_> = registry.entities().collect();
    Ok(sized(check.registry(registry), registry, &all))
}

/// The findings, plus entities that are too large if there is no other error.
#[cfg(feature = "remote")]
fn sized(
    mut findings: Vec<Finding>,
    registry: &Registry,
    entities: &[&'static EntityDescriptor],
) -> Vec<Finding> {
    if !findings.iter().any(Finding::is_error) {
        findings.extend(too_large_of(registry, entities));
    }
    findings
}

/// Without `remote` there are no messages to measure.
#[cfg(not(feature = "remote"))]
fn sized(findings: Vec<Finding>, _: &Registry, _: &[&'static EntityDescriptor]) -> Vec<Finding> {
    findings
}

fn count(findings: &[Finding], severity: Severity) -> usize {
    let of_it = findings.iter().filter(|found| found.severity == severity);
    of_it.count()
}

fn document(findings: &[Finding]) -> String {
    let document = json!({
        "findings": findings,
        "errors": count(findings, Severity::Error),
        "warnings": count(findings, Severity::Warning),
    });
    format!("{document}\n")
}

fn report(findings: &[Finding]) -> String {
    let mut text: String = findings
        .iter()
        .map(|finding| format!("{finding}\n\n"))
        .collect();
    text += &summary(findings);
    text
}

/// `1 error, 2 warnings`.
fn summary(findings: &[Finding]) -> String {
    let counted = |severity, one: &str| {
        let number = count(findings, severity);
        let plural = if number == 1 { "" } else { "s" };
        format!("{number} {one}{plural}")
    };
    let errors = counted(Severity::Error, "error");
    format!("{errors}, {}\n", counted(Severity::Warning, "warning"))
}

/// The warnings for standard error of a command that does something else.
#[cfg(feature = "remote")]
pub(super) fn warnings(findings: &[Finding]) -> String {
    let warnings = findings.iter().filter(|finding| !finding.is_error());
    warnings.map(|finding| format!("{finding}\n\n")).collect()
}
