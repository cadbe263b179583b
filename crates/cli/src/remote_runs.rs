//! `runs … --remote`: executions on a cluster.

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Map, Value as Json, json};

use super::{
    Cli, Exit, Reply,
    answer::Answer,
    cluster,
    display::{Asked, Display},
    entities,
    failure::Failure,
    json, on_cluster,
    options::{self, ID},
    remote_args::{OVERWRITE_CACHE, REMOTE, RUN_NAME},
    remote_logs, remote_pull,
    remote_run::{self, watched},
    table::{indented, table},
};
use flyte_cluster::flyte1::{
    BlockingRemote, Execution, ExecutionRecord, ExecutionTree, NodeRun, RelaunchOptions, Signal,
    Status,
};
use flyte_config::config::Config;
use flyte_core::{
    text,
    types::{Literal, json_from_literal},
};
use flyte_events::events::time_text;

const LIMIT: &str = "--limit";
const CAUSE: &str = "--cause";
const GATE: &str = "GATE";
const VALUE: &str = "VALUE";
const REJECT: &str = "--reject";

/// The commands for runs on this machine with what they do for a cluster, and those that are for a cluster alone.
pub(super) fn with_remote(command: Command) -> Command {
    let remote = || {
        Arg::new(REMOTE)
            .long("remote")
            .action(ArgAction::SetTrue)
            .help("Of a cluster")
    };
    let name = || {
        Arg::new(ID)
            .value_name("NAME")
            .help("The name of an execution")
            .required(true)
    };
    let of_cluster = |name, about| on_cluster::command(name, about).arg(remote().required(true));
    let limit = Arg::new(LIMIT)
        .long("limit")
        .value_name("N")
        .value_parser(entities::parse_limit)
        .requires(REMOTE)
        .help("How many, of a cluster [default: 50]");
    let asked = || cluster::args().map(|arg| arg.requires(REMOTE));
    command
        .about("Shows and removes what is recorded of the runs of this user, and shows executions on a cluster")
        .mut_subcommand("list", |list| list.arg(remote()).arg(limit).args(asked()))
        .mut_subcommand("show", |show| show.arg(remote()).args(asked()))
        .mut_subcommand("logs", |logs| logs.arg(remote()).args(asked()))
        .mut_subcommand("deck", |deck| deck.arg(remote()).args(asked()))
        .subcommand(remote_pull::command())
        .subcommand(
            of_cluster("watch", "Tells what happens in an execution until it ends")
                .arg(name())
                .args(options::showing()),
        )
        .subcommand(of_cluster("outputs", "Prints what an execution has given").arg(name()))
        .subcommand(
            of_cluster("abort", "Ends an execution").arg(name()).arg(
                Arg::new(CAUSE)
                    .long("cause")
                    .value_name("TEXT")
                    .default_value("aborted by `runs abort`")
                    .help("What the cluster is told"),
            ),
        )
        .subcommand(
            of_cluster("archive", "Archives an execution: lists leave it out, and it is kept").arg(name()),
        )
        .subcommand(
            of_cluster("relaunch", "Starts what an execution has run once more, with its inputs")
                .arg(name())
                .arg(run_name())
                .arg(
                    Arg::new(OVERWRITE_CACHE)
                        .long("overwrite-cache")
                        .action(ArgAction::SetTrue)
                        .help("Runs what the cluster has results of, and replaces these"),
                ),
        )
        .subcommand(
            of_cluster("recover", "Starts an execution once more, without the nodes that have succeeded")
                .arg(name())
                .arg(run_name()),
        )
        .subcommand(
            of_cluster("signal", "Gives a gate the value that it waits for; shows the gates if none is named")
                .arg(name())
                .arg(Arg::new(GATE).help("The name of the gate").requires(VALUE))
                .arg(
                    Arg::new(VALUE)
                        .help("The value, written as an input is")
                        .allow_hyphen_values(true),
                ),
        )
        .subcommand(
            of_cluster("approve", "Says yes to a gate that waits for an approval")
                .arg(name())
                .arg(Arg::new(GATE).help("The name of the gate").required(true))
                .arg(
                    Arg::new(REJECT)
                        .long("reject")
                        .action(ArgAction::SetTrue)
                        .help("Says no, and the execution fails"),
                ),
        )
}

fn run_name() -> Arg {
    Arg::new(RUN_NAME)
        .long("run-name")
        .value_name("NAME")
        .help("The name of the new execution [default: one is made]")
}

/// The reply of a command for a cluster, if it is one.
pub(super) fn reply(cli: &Cli<'_>, command: &str, options: &ArgMatches) -> Option<Reply> {
    if command == remote_pull::NAME {
        return Some(remote_pull::reply(cli, options, json(options)));
    }
    if !matches!(options.try_get_one::<bool>(REMOTE), Ok(Some(true))) {
        return None;
    }
    Some(on_cluster::reply(options, |config, remote, as_json| {
        answer(cli, command, options, (config, remote), as_json)
    }))
}

fn answer(
    cli: &Cli<'_>,
    command: &str,
    options: &ArgMatches,
    (config, remote): (&Config, &BlockingRemote),
    as_json: bool,
) -> Result<Answer, Failure> {
    if command == "list" {
        let limit = options.get_one::<usize>(LIMIT).copied();
        let executions = remote.executions(limit.unwrap_or(50))?;
        let all = executions.iter().map(ExecutionRecord::to_json).collect();
        let nothing = "there is no execution";
        return Ok(on_cluster::listed(
            config,
            rows(&executions),
            &all,
            as_json,
            nothing,
        ));
    }
    let name = options.get_one::<String>(ID).map_or("", String::as_str);
    let execution = remote.execution(name);
    let text = match command {
        "show" => shown(&remote.show(&execution)?, as_json),
        "watch" => {
            let display = Display::start(&Asked::of(&[options]), cli.terminal);
            match watched(remote, &execution, &display, cli.has_signals)? {
                Some(tree) => shown(&tree, as_json),
                None => {
                    return Ok(Answer {
                        exit: Exit::Interrupted,
                        ..String::new().into()
                    });
                }
            }
        }
        "logs" => return remote_logs::logs(remote, &execution, options, as_json),
        "deck" => remote_logs::decks(remote, &execution, options, as_json)?,
        "outputs" => outputs(cli, remote, &execution, as_json)?,
        "relaunch" | "recover" => {
            let again = once_more(options);
            let execution = match command {
                "relaunch" => remote.relaunch(&execution, &again)?,
                _ => remote.recover(&execution, &again)?,
            };
            match as_json {
                true => format!(
                    "{}\n",
                    json!({"execution": execution.name, "url": execution.url})
                ),
                false => format!("{}\n", execution.name),
            }
        }
        "archive" => {
            remote.archive(&execution)?;
            match as_json {
                true => format!("{}\n", json!({"archived": name})),
                false => format!("{name} is archived\n"),
            }
        }
        "signal" | "approve" => answered(remote, command, &execution, options, as_json)?,
        _ => {
            let cause = options.get_one::<String>(CAUSE).map_or("", String::as_str);
            ended(name, remote.terminate(&execution, cause)?.as_ref(), as_json)?
        }
    };
    Ok(text.into())
}

/// What is said of an execution that is to be ended, and of one that had ended before.
fn ended(name: &str, before: Option<&ExecutionRecord>, as_json: bool) -> Result<String, Failure> {
    let status = before.map(|before| before.status);
    match (status, as_json) {
        (None | Some(Status::Aborted), true) => Ok(format!("{}\n", json!({"aborted": name}))),
        (None, false) => Ok(format!("{name} is being ended\n")),
        (Some(Status::Aborted), false) => Ok(format!("{name} was aborted before\n")),
        (Some(status), _) => Err(Failure::Over(format!(
            "execution {name} has already ended ({}), so there is nothing to abort",
            status.name()
        ))),
    }
}

fn once_more(options: &ArgMatches) -> RelaunchOptions {
    let overwrite = matches!(options.try_get_one::<bool>(OVERWRITE_CACHE), Ok(Some(true)));
    let again = RelaunchOptions::new().overwrite_cache(overwrite);
    match options.get_one::<String>(RUN_NAME) {
        Some(name) => again.name(name),
        None => again,
    }
}

/// Answers a gate, or shows all of them.
fn answered(
    remote: &BlockingRemote,
    command: &str,
    execution: &Execution,
    options: &ArgMatches,
    as_json: bool,
) -> Result<String, Failure> {
    let Some(gate) = options.get_one::<String>(GATE) else {
        let gates = remote.signals(execution)?;
        if as_json {
            let all: Json = gates.iter().map(Signal::to_json).collect();
            return Ok(format!("{all:#}\n"));
        }
        let rows = gates.iter().map(|gate| {
            let answer = gate.answer.as_ref().map(json_from_literal);
            [
                gate.gate.clone(),
                gate.literal_type.to_string(),
                match answer {
                    None => "waits".to_owned(),
                    Some(answer) => text::glance(&answer.unwrap_or_default().to_string()),
                },
            ]
        });
        return Ok(table("", &rows.collect::<Vec<_>>()));
    };
    let rejects = command == "approve" && options.get_flag(REJECT);
    match (command, options.try_get_one::<String>(VALUE)) {
        (_, Ok(Some(value))) => remote.set_input_text(execution, gate, value)?,
        _ if rejects => remote.reject(execution, gate)?,
        _ => remote.approve(execution, gate)?,
    }
    Ok(match as_json {
        true => format!("{}\n", json!({"answered": gate})),
        false if rejects => format!("{gate} is rejected\n"),
        false => format!("{gate} is answered\n"),
    })
}

fn rows(executions: &[ExecutionRecord]) -> String {
    let rows = executions.iter().map(|execution| {
        [
            execution.name.clone(),
            execution.status.name().to_owned(),
            execution.took.map(seconds).unwrap_or_default(),
            execution.entity.clone(),
            text::glance(execution.error.as_deref().unwrap_or_default()),
        ]
    });
    table("", &rows.collect::<Vec<_>>())
}

fn shown(tree: &ExecutionTree, as_json: bool) -> String {
    if as_json {
        return format!("{:#}\n", tree.to_json());
    }
    let record = &tree.record;
    let status = record.status.name();
    let mut text = format!(
        "{} of {} {}: {status}\n",
        record.name, record.entity, record.version
    );
    if let Some(created) = record.created {
        text += &format!("created {}\n", time_text(created));
    }
    if let Some(took) = record.took {
        text += &format!("took    {}\n", seconds(took));
    }
    text += &format!("console {}\n", tree.url);
    if let Some(error) = &record.error {
        text += "error:\n";
        text += &indented("  ", error);
    }
    text += "nodes:\n";
    let rows = tree.all_nodes().map(|node| {
        [
            node.path.clone(),
            node.status.name().to_owned(),
            node.took.map(seconds).unwrap_or_default(),
            what(node),
            text::glance(node.error.as_deref().unwrap_or_default()),
        ]
    });
    text += &table("  ", &rows.collect::<Vec<_>>());
    let decks: Vec<_> = tree
        .all_nodes()
        .filter(|node| node.deck.is_some())
        .collect();
    if !decks.is_empty() {
        let paths = decks.iter().map(|node| node.path.as_str());
        let paths: Vec<_> = paths.collect();
        let name = &record.name;
        text += &format!(
            "decks of {}: `runs deck {name} --remote` fetches them\n",
            paths.join(", ")
        );
    }
    for node in tree.all_nodes().filter(|node| !node.status.is_success()) {
        let last = node.attempts.last();
        for (name, uri) in last.iter().flat_map(|last| &last.logs) {
            text += &format!("{} of {}: {uri}\n", name, node.path);
        }
    }
    text
}

/// What a node is, and how often it was tried if more than once.
fn what(node: &NodeRun) -> String {
    let mut text = match node.kind.to_string().as_str() {
        "branch" => "branch".to_owned(),
        "map" => format!("map {}", node.entity),
        _ => node.entity.clone(),
    };
    if node.attempts.len() > 1 {
        text += &format!(" ({} attempts)", node.attempts.len());
    }
    if let Some(execution) = &node.execution {
        text += &format!(" (execution {execution})");
    }
    text
}

/// By the types of the entity, if the program has it; else as far as the values tell what they are.
fn outputs(
    cli: &Cli<'_>,
    remote: &BlockingRemote,
    execution: &Execution,
    as_json: bool,
) -> Result<String, Failure> {
    let tree = remote.show(execution)?;
    let mut all = cli.registry.entities();
    let declared = all.find(|entity| entity.name() == tree.record.entity);
    if let Some(entity) = declared.filter(|entity| entity.reference().is_none()) {
        return remote_run::printed(remote, entity, execution, as_json);
    }
    let literals: BTreeMap<String, Literal> =
        remote.wait_for(async |remote| remote.output_literals(execution).await)?;
    let mut values = Map::new();
    for (name, literal) in literals {
        let value = json_from_literal(&literal);
        let value = value.map_err(|error| {
            Failure::Encode(format!("output `{name}` cannot be shown: {error}"))
        })?;
        values.insert(name, value);
    }
    if as_json {
        return Ok(format!("{}\n", Json::Object(values)));
    }
    let lines = values
        .iter()
        .map(|(name, value)| format!("{name} = {value}\n"));
    Ok(lines.collect())
}

fn seconds(duration: std::time::Duration) -> String {
    format!("{:.3} s", duration.as_secs_f64())
}
