//! `plans`: which launch plans start by themselves, and those that should not any more.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::{Arg, ArgMatches, Command};
use serde_json::{Value as Json, json};

use super::{
    Cli, Reply,
    entities::{name, named},
    failure::Failure,
    on_cluster,
    options::NAME,
    table::table,
};
use flyte_cluster::flyte1::{BlockingRemote, LaunchPlanRecord, PlanSchedule};
use flyte_core::{graph::entity::EntityDescriptor, text};
use flyte_events::events::time_text;

const VERSION: &str = "--version";

pub(super) fn command() -> Command {
    let of_cluster = on_cluster::command;
    on_cluster::group(
        "plans",
        "Shows, activates and deactivates the launch plans of a cluster",
    )
    .subcommand(
        of_cluster("list", "Lists the active launch plans with their schedules")
            .arg(name("Lists all versions of this one, the newest first").required(false)),
    )
    .subcommand(
        of_cluster(
            "activate",
            "Lets a version of a launch plan start by itself, and no other of its versions",
        )
        .arg(name(
            "The name of a launch plan; one of this program can be shortened",
        ))
        .arg(
            Arg::new(VERSION)
                .long("version")
                .value_name("TEXT")
                .help("The version [default: the newest]"),
        ),
    )
    .subcommand(
        of_cluster(
            "deactivate",
            "Lets no version of a launch plan start by itself",
        )
        .arg(name(
            "The name of a launch plan; one of this program can be shortened",
        )),
    )
}

pub(super) fn reply(cli: &Cli<'_>, options: &ArgMatches) -> Reply {
    let Some((command, options)) = options.subcommand() else {
        return Reply::default();
    };
    let name = named(cli, options);
    on_cluster::reply(options, |config, remote, as_json| {
        let text = match command {
            "list" => {
                let plans = match options.contains_id(NAME) {
                    true => remote.launch_plan_versions(&name)?,
                    false => remote.active_launch_plans()?,
                };
                let all = plans.iter().map(LaunchPlanRecord::to_json).collect();
                let nothing = "no launch plan is active";
                return Ok(on_cluster::listed(
                    config,
                    rows("", &plans),
                    &all,
                    as_json,
                    nothing,
                ));
            }
            "activate" => {
                let version = options.get_one::<String>(VERSION).map(String::as_str);
                let plan = remote.activate_launch_plan(&name, version)?;
                let schedule = plan.schedule.as_ref();
                let schedule = schedule.map(|schedule| format!(", and starts {}", when(schedule)));
                match as_json {
                    true => format!("{:#}\n", plan.to_json()),
                    false => format!(
                        "{name} {} is active{}\n",
                        plan.version,
                        schedule.unwrap_or_default()
                    ),
                }
            }
            _ => {
                let plan = remote.deactivate_launch_plan(&name)?;
                match (&plan, as_json) {
                    (Some(plan), true) => format!("{:#}\n", plan.to_json()),
                    (None, true) => "null\n".to_owned(),
                    (Some(plan), false) => format!("{name} {} is no longer active\n", plan.version),
                    (None, false) => format!("no version of {name} was active\n"),
                }
            }
        };
        Ok(text.into())
    })
}

/// `every hour`, or `at the times of …`.
fn when(schedule: &PlanSchedule) -> String {
    match schedule.to_string() {
        text if text.starts_with('`') => format!("at the times of {text}"),
        text => text,
    }
}

fn rows(indent: &str, plans: &[LaunchPlanRecord]) -> String {
    let rows = plans.iter().map(|plan| {
        let schedule = plan.schedule.as_ref();
        [
            plan.name.clone(),
            plan.version.clone(),
            if plan.is_active { "active" } else { "inactive" }.to_owned(),
            schedule.map(ToString::to_string).unwrap_or_default(),
            plan.created.map(time_text).unwrap_or_default(),
        ]
    });
    table(indent, &rows.collect::<Vec<_>>())
}

/// What is to be said of the active version of a launch plan of which another is run: a schedule that the code no
/// longer has goes on.
pub(super) fn note(
    remote: &BlockingRemote,
    entity: &EntityDescriptor,
    version: &str,
) -> Result<Option<String>, Failure> {
    let Some(options) = entity.launch_plan_options() else {
        return Ok(None);
    };
    let Some(active) = remote.fetch_active_launch_plan(entity.name())? else {
        return Ok(None);
    };
    let Some(schedule) = active.schedule.filter(|_| active.id.version != version) else {
        return Ok(None);
    };
    let declared = PlanSchedule::declared(options);
    if declared.as_ref() == Some(&schedule) {
        return Ok(None);
    }
    let name = entity.name();
    let (now, mend) = match declared {
        None => (
            "which the code no longer has",
            format!("`plans deactivate {name}` ends it"),
        ),
        Some(_) => (
            "and the code has another schedule",
            format!("`plans activate {name} --version {version}` replaces it"),
        ),
    };
    Ok(Some(format!(
        "note: version {} of {name} is active and starts {}, {now}; {mend}\n",
        active.id.version,
        when(&schedule)
    )))
}

/// What has become of the active launch plans that the program no longer has.
pub(super) struct Pruned {
    pub(super) plans: Vec<LaunchPlanRecord>,
    /// Whether they are inactive now.
    pub(super) is_done: bool,
}

/// Deactivates, after asking, the active launch plans that the program no longer has.
pub(super) fn prune(
    cli: &Cli<'_>,
    remote: &BlockingRemote,
    program: Option<&str>,
    is_dry: bool,
    is_sure: bool,
) -> Result<Pruned, Failure> {
    let plans = remote.stale_launch_plans(cli.registry, program)?;
    let is_done = !plans.is_empty() && !is_dry && (is_sure || agreed(&plans));
    if is_done {
        for plan in &plans {
            remote.deactivate_launch_plan(&plan.name)?;
        }
    }
    Ok(Pruned { plans, is_done })
}

/// Whether somebody can be asked, if that is needed.
pub(super) fn can_ask(cli: &Cli<'_>) -> Result<(), Failure> {
    match cli.terminal && io::stdin().is_terminal() {
        true => Ok(()),
        false => Err(Failure::Refused(
            "`--prune-schedules` asks before it deactivates anything, and this is not a terminal; give `--yes` to do \
             it without asking, or `--dry-run` to see what it would do"
                .to_owned(),
        )),
    }
}

fn agreed(plans: &[LaunchPlanRecord]) -> bool {
    let mut stderr = io::stderr();
    let list = rows("  ", plans);
    let _ = write!(
        stderr,
        "active, and no longer in this program:\n{}deactivate them? [y/N] ",
        text::visible(&list)
    );
    let _ = stderr.flush();
    let mut answer = String::new();
    // Nothing can be read: then nothing is done.
    let _ = io::stdin().lock().read_line(&mut answer);
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

impl Pruned {
    pub(super) fn to_json(&self) -> Json {
        let plans: Json = self.plans.iter().map(LaunchPlanRecord::to_json).collect();
        json!({"plans": plans, "deactivated": self.is_done})
    }

    pub(super) fn text(&self, is_dry: bool) -> String {
        let word = match self.is_done {
            true => "deactivated",
            false if is_dry => "to be deactivated",
            false => "still active",
        };
        let lines = self.plans.iter();
        lines
            .map(|plan| format!("{word}  {} {}\n", plan.name, plan.version))
            .collect()
    }
}
