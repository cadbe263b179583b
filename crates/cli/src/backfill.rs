//! `backfill`: a launch plan for times of the past.

use std::{
    io::{self, Write as _},
    sync::atomic::{AtomicUsize, Ordering},
    time::SystemTime,
};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use jiff::{Timestamp, civil, tz::TimeZone};
use serde_json::{Value as Json, json};

use super::{
    Cli, Exit, Reply, cluster,
    entities::{name, named},
    failure::Failure,
    json, options,
    table::table,
};
use flyte_cluster::flyte1::{BackfillOptions, BackfillRun};
use flyte_core::text;
use flyte_events::events::time_text;

const FROM: &str = "--from";
const TO: &str = "--to";
const VERSION: &str = "--version";
const PARALLEL: &str = "--parallel";
const DRY_RUN: &str = "--dry-run";

pub(super) fn command() -> Command {
    let time = |id: &'static str, help| {
        Arg::new(id)
            .long(&id[2..])
            .value_name("TIME")
            .required(true)
            .value_parser(parse_time)
            .help(help)
    };
    Command::new("backfill")
        .about("Starts a launch plan of a cluster for each time of the past at which its schedule starts it")
        .arg(name("The name of a launch plan; one of this program can be shortened"))
        .arg(time(
            FROM,
            "The beginning: a day, or a time such as `2026-01-31T06:00:00Z`; in UTC unless it says otherwise",
        ))
        .arg(time(TO, "The end, which is not part of it"))
        .arg(
            Arg::new(VERSION)
                .long("version")
                .value_name("TEXT")
                .help("The version [default: the active one]"),
        )
        .arg(
            Arg::new(PARALLEL)
                .long("parallel")
                .value_name("N")
                .value_parser(value_parser!(u32).range(1..))
                .help("Lets so many go on at once, and waits for the end of all [default: starts all, and waits not]"),
        )
        .arg(
            Arg::new(DRY_RUN)
                .long("dry-run")
                .action(ArgAction::SetTrue)
                .help("Starts nothing, and tells what would be started"),
        )
        .args(cluster::args())
        .arg(options::json())
}

/// A day is its beginning; what says nothing of a time zone is in UTC.
fn parse_time(text: &str) -> Result<SystemTime, String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.into());
    }
    let civil = text.parse::<civil::DateTime>();
    let zoned = civil.and_then(|time| time.to_zoned(TimeZone::UTC));
    zoned.map(|time| time.timestamp().into()).map_err(|_| {
        "not a day such as `2026-01-31`, nor a time such as `2026-01-31T06:00:00Z`".to_owned()
    })
}

pub(super) fn reply(cli: &Cli<'_>, options: &ArgMatches) -> Reply {
    let as_json = json(options);
    match backfill(cli, options) {
        Ok(runs) => Reply {
            exit: match runs.iter().any(|run| run.failure.is_some()) {
                true => Exit::Failed,
                false => Exit::Success,
            },
            ..Reply::success(report(&runs, options, as_json))
        },
        Err(failure) => Reply::failed(&failure, as_json),
    }
}

fn backfill(cli: &Cli<'_>, options: &ArgMatches) -> Result<Vec<BackfillRun>, Failure> {
    let time = |id: &str| {
        let time = options.get_one::<SystemTime>(id).copied();
        time.unwrap_or(SystemTime::UNIX_EPOCH)
    };
    let (from, to) = (time(FROM), time(TO));
    if from >= to {
        return Err(Failure::Refused(format!(
            "the window from {} to {} has no time in it; `--to` is the end, which is not part of it",
            time_text(from),
            time_text(to)
        )));
    }
    let (_, remote) = cluster::connect(&[options])?;
    let mut own = BackfillOptions::new(from, to).dry_run(options.get_flag(DRY_RUN));
    if let Some(version) = options.get_one::<String>(VERSION) {
        own = own.version(version);
    }
    if let Some(most) = options.get_one::<u32>(PARALLEL) {
        own = own.parallel(*most as usize);
    }
    let name = named(cli, options);
    let is_shown = cli.terminal && !options.get_flag(DRY_RUN);
    let done = AtomicUsize::new(0);
    let told = |run: &BackfillRun| {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        let (time, name) = (time_text(run.scheduled), &run.execution.name);
        let line = format!(
            "{done} executions, the last for {time}: {}",
            text::glance(name)
        );
        on_one_line(is_shown, &line);
    };
    let runs = remote.wait_for(async |remote| remote.backfill_told(&name, &own, told).await);
    on_one_line(is_shown, "");
    Ok(runs?)
}

/// Tells people on a terminal how far it is, in place of what was told before.
fn on_one_line(is_shown: bool, text: &str) {
    if is_shown {
        // A terminal that is gone has nobody to be told.
        let mut stderr = io::stderr();
        let _ = write!(stderr, "\r\x1b[K{text}");
        let _ = stderr.flush();
    }
}

fn report(runs: &[BackfillRun], options: &ArgMatches, as_json: bool) -> String {
    let is_dry = options.get_flag(DRY_RUN);
    if as_json {
        let all: Json = runs.iter().map(BackfillRun::to_json).collect();
        return format!("{:#}\n", json!({"dry_run": is_dry, "executions": all}));
    }
    let waited = options.contains_id(PARALLEL) && !is_dry;
    let rows = runs.iter().map(|run| {
        let state = match (run.is_new, is_dry) {
            (true, true) => "to be started",
            (true, false) => "started",
            (false, _) => "there already",
        };
        let end = match &run.failure {
            Some(failure) => text::glance(&failure.to_string()),
            None if waited => "succeeded".to_owned(),
            None => String::new(),
        };
        let name = &run.execution.name;
        [
            time_text(run.scheduled),
            state.to_owned(),
            name.clone(),
            end,
        ]
    });
    let new = runs.iter().filter(|run| run.is_new).count();
    let verb = if is_dry { "to be started" } else { "started" };
    let text = table("", &rows.collect::<Vec<_>>());
    let text = format!("{text}{new} of {} executions {verb}\n", runs.len());
    text::visible(&text).into_owned()
}
