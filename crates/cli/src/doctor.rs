//! `doctor`: what stands between this machine and a run on a cluster.

use clap::{Arg, ArgAction, ArgMatches, Command, error::ErrorKind};
use serde_json::{Value as Json, json};

use super::{
    Exit, Reply, cluster, failure::Failure, json, options, remote_args::IMAGE, table::indented,
};
use flyte_cluster::{
    flyte1::{BlockingRemote, Health, HealthCheck},
    ship,
};
use flyte_config::{
    config::{Config, Environment},
    settings::ImageConfig,
};
use flyte_core::text;

pub(super) fn command() -> Command {
    Command::new("doctor")
        .about("Looks at everything that a run on a cluster needs, and tells what mends what is wrong")
        .arg(
            Arg::new(IMAGE)
                .long("image")
                .value_name("[NAME=]IMAGE")
                .action(ArgAction::Append)
                .help("An image of containers to look for; can be repeated [default: those of the settings]"),
        )
        .args(cluster::args())
        .arg(options::json())
}

pub(super) fn reply(bin: &str, options: &ArgMatches) -> Reply {
    let as_json = json(options);
    let mut command = command().bin_name(format!("{bin} doctor"));
    match checks(options, &mut command) {
        Ok(checks) => Reply {
            exit: match checks.iter().any(|check| check.health == Health::Failed) {
                true => Exit::Failed,
                false => Exit::Success,
            },
            ..Reply::success(report(&checks, as_json))
        },
        Err(failure) => Reply::failed(&failure, as_json),
    }
}

fn checks(options: &ArgMatches, command: &mut Command) -> Result<Vec<HealthCheck>, Failure> {
    let config = match cluster::settings(&[options]) {
        Ok(config) => config,
        Err(failure) => {
            let advice =
                "correct the file, or name another with `--config FILE` or FLYTECTL_CONFIG";
            let check = HealthCheck::failed("settings", failure.told(), advice);
            let rest = HealthCheck::skipped("cluster", "`settings` has to be ok first");
            return Ok(vec![check, rest]);
        }
    };
    let given: Vec<_> = options
        .get_many::<String>(IMAGE)
        .into_iter()
        .flatten()
        .collect();
    let images = images(&config, &given, command)?;
    let environment = Environment::process();
    let mut checks = BlockingRemote::diagnose(&config, &environment, &images)?;
    let examined = ship::examine(&environment);
    let check = match examined.is_for_containers {
        true => HealthCheck::ok("program", examined.detail),
        // It need not be: another build of it goes into images.
        false => HealthCheck::skipped("program", examined.detail),
    };
    let images = checks.iter().position(|check| check.name == "image");
    checks.insert(images.unwrap_or(checks.len()), check);
    Ok(checks)
}

/// The images to look for, as they are written.
fn images(
    config: &Config,
    given: &[&String],
    command: &mut Command,
) -> Result<Vec<String>, Failure> {
    let images = match given.is_empty() {
        true => ImageConfig::auto(config, None),
        false => ImageConfig::validate_image("--image", given),
    };
    let images = images.map_err(|error| command.error(ErrorKind::ValueValidation, error))?;
    let mut all: Vec<String> = Vec::new();
    for image in images
        .default_image
        .iter()
        .chain(images.images.iter().flatten())
    {
        let full = image.full();
        if !all.contains(&full) {
            all.push(full);
        }
    }
    Ok(all)
}

fn report(checks: &[HealthCheck], as_json: bool) -> String {
    if as_json {
        let all: Json = checks.iter().map(HealthCheck::to_json).collect();
        let is_well = !checks.iter().any(|check| check.health == Health::Failed);
        return format!("{:#}\n", json!({"ok": is_well, "checks": all}));
    }
    let mut text = String::new();
    for check in checks {
        let mut lines = check.detail.lines();
        let first = lines.next().unwrap_or_default();
        text += &format!("{:7}  {:10}  {first}\n", check.health.name(), check.name);
        for line in lines {
            text += &indented(&" ".repeat(21), line);
        }
        if let Some(advice) = &check.advice {
            text += &indented(&" ".repeat(19), &format!("> {advice}"));
        }
    }
    text::visible(&text).into_owned()
}
