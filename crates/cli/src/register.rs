//! `register`: everything in the program, to a cluster.

use std::{
    io::{self, Write as _},
    path::PathBuf,
};

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, error::ErrorKind, value_parser};
use serde_json::json;

use super::{
    Cli, Reply, check, cluster,
    failure::Failure,
    json, options,
    plans::{self, Pruned},
    remote_args::{BINARY, LAUNCHER, PROGRAM},
    serialize::{settings_args, variables},
    table::table,
};
use flyte_check::check::Finding;
use flyte_cluster::{
    flyte1::{Outcome, RegisterOptions, Registration, RegistrationStep},
    ship,
};
use flyte_config::{config::Config, settings::ImageConfig};
use flyte_core::{graph::entity::UnknownEntity, text};

const DRY_RUN: &str = "dry-run";
const ACTIVATE: &str = "activate";
const PRUNE: &str = "prune-schedules";
const YES: &str = "yes";
const NAMES: &str = "names";

pub(super) fn command() -> Command {
    let settings =
        settings_args().filter(|arg| !matches!(arg.get_id().as_str(), "project" | "domain"));
    let settings = settings.map(|arg| match arg.get_id().as_str() {
        "version" => {
            arg.help("The version to register as [default: one that is made of the content]")
        }
        _ => arg,
    });
    Command::new("register")
        .about("Registers tasks, workflows and launch plans in a cluster, with all that they use")
        .arg(
            Arg::new(NAMES)
                .value_name("NAME")
                .action(ArgAction::Append)
                .help("A task, workflow or launch plan, with what it uses; can be repeated [default: everything]"),
        )
        .args(settings)
        .arg(
            Arg::new(DRY_RUN)
                .long(DRY_RUN)
                .action(ArgAction::SetTrue)
                .help("Sends nothing, and tells what would be sent and what differs"),
        )
        .arg(
            Arg::new(ACTIVATE)
                .long(ACTIVATE)
                .action(ArgAction::SetTrue)
                .help("Activates every launch plan [default: those that are declared so]"),
        )
        .arg(
            Arg::new(PRUNE)
                .long(PRUNE)
                .action(ArgAction::SetTrue)
                .help("Deactivates, after asking, active launch plans of this program that it no longer has"),
        )
        .arg(
            Arg::new(YES)
                .long(YES)
                .action(ArgAction::SetTrue)
                .requires(PRUNE)
                .help("Does so without asking"),
        )
        .args(bundle_args())
        .args(check::args())
        .args(cluster::args())
        .arg(options::json())
}

pub(super) fn reply(cli: &Cli<'_>, bin: &str, options: &ArgMatches) -> Reply {
    let as_json = json(options);
    let mut command = command().bin_name(format!("{bin} register"));
    match register(cli, options, &mut command) {
        Ok((registration, pruned)) => Reply {
            stderr: check::warnings(&registration.warnings),
            ..Reply::success(report(
                &registration,
                pruned.as_ref(),
                options.get_flag(DRY_RUN),
                as_json,
            ))
        },
        Err(failure) => Reply::failed(&failure, as_json),
    }
}

fn register(
    cli: &Cli<'_>,
    options: &ArgMatches,
    command: &mut Command,
) -> Result<(Registration, Option<Pruned>), Failure> {
    if cli.registry.entities().next().is_none() {
        return Err(UnknownEntity::Empty.into());
    }
    let (is_dry, is_sure) = (options.get_flag(DRY_RUN), options.get_flag(YES));
    if options.get_flag(PRUNE) && !is_dry && !is_sure {
        // Before anything is sent.
        plans::can_ask(cli)?;
    }
    let (config, remote) = cluster::connect(&[options])?;
    let all = |id: &str| {
        options
            .get_many::<String>(id)
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
    };
    let mut own = options_of(&config, &all("image"), &[options], command)?
        .env(variables(&all("env"), command)?)
        .check(check::asked(options, command)?)
        .activate(options.get_flag(ACTIVATE))
        .dry_run(options.get_flag(DRY_RUN));
    if let Some(version) = options.get_one::<String>("version") {
        own = own.version(version);
    }
    if let Some(program) = options.get_one::<String>("program") {
        own = own.program(program);
    }
    for name in all(NAMES) {
        own = own.only(cli.registry.find(name)?);
    }
    for entity in cli.registry.entities() {
        Failure::of_defaults(entity)?;
    }
    let told = progress(cli.terminal);
    let registered =
        remote.wait_for(async |remote| remote.register_told(cli.registry, &own, told).await);
    let registered = registered?;
    let pruned = options.get_flag(PRUNE).then(|| {
        let program = options.get_one::<String>("program").map(String::as_str);
        plans::prune(cli, &remote, program, is_dry, is_sure)
    });
    Ok((registered, pruned.transpose()?))
}

/// The options by which the program is not in the image.
pub(super) fn bundle_args() -> [Arg; 2] {
    [
        Arg::new(LAUNCHER)
            .long(&LAUNCHER[2..])
            .value_name("IMAGE")
            .help(
                "Sends the program to the cluster's store, for containers of this image, which `image push \
                 --launcher` has made",
            ),
        Arg::new(BINARY)
            .long(&BINARY[2..])
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .value_hint(ValueHint::FilePath)
            .help("The program to send, built for Linux [default: this program]"),
    ]
}

/// What to register: in these images, in those of the settings, or as a bundle for a launcher.
pub(super) fn options_of(
    config: &Config,
    images: &[&String],
    given: &[&ArgMatches],
    command: &mut Command,
) -> Result<RegisterOptions, Failure> {
    if let Some(launcher) = cluster::first::<String>(given, LAUNCHER) {
        if !images.is_empty() {
            let problem = "`--launcher` is the image of the containers; leave `--image` out, or push an image with the \
                           program and leave `--launcher` out";
            return Err(command.error(ErrorKind::ArgumentConflict, problem).into());
        }
        if cluster::first::<String>(given, PROGRAM)
            .or_else(|| cluster::first(given, "program"))
            .is_some()
        {
            let problem = "`--program` is a program in the image, and the program is started from the bundle; leave \
                           one of `--program` and `--launcher` out";
            return Err(command.error(ErrorKind::ArgumentConflict, problem).into());
        }
        let images = ImageConfig::validate_image(LAUNCHER, &[launcher]);
        let images = images.map_err(|error| command.error(ErrorKind::ValueValidation, error))?;
        let binary = cluster::first::<PathBuf>(given, BINARY);
        let bundle = ship::pack(binary.as_deref())?;
        return Ok(RegisterOptions::new(images).bundle(bundle));
    }
    if cluster::first::<PathBuf>(given, BINARY).is_some() {
        let problem = "`--binary` is the program for a launcher; give `--launcher IMAGE`, too";
        return Err(command
            .error(ErrorKind::MissingRequiredArgument, problem)
            .into());
    }
    let images = match images.is_empty() {
        true => ImageConfig::auto(config, None),
        false => ImageConfig::validate_image("--image", images),
    };
    let images = images.map_err(|error| command.error(ErrorKind::ValueValidation, error))?;
    Ok(RegisterOptions::new(images))
}

/// Tells people on a terminal how far it is, on one line.
pub(super) fn progress(is_terminal: bool) -> impl Fn(&RegistrationStep<'_>) + Send + Sync {
    move |step: &RegistrationStep<'_>| {
        if !is_terminal {
            return;
        }
        let name = text::glance(&step.entity.name);
        let end = if step.done == step.all {
            "\r\x1b[K"
        } else {
            ""
        };
        // A terminal that is gone has nobody to be told.
        let mut stderr = io::stderr();
        let _ = write!(stderr, "\r\x1b[K{} of {} {name}{end}", step.done, step.all);
        let _ = stderr.flush();
    }
}

fn report(
    registration: &Registration,
    pruned: Option<&Pruned>,
    is_dry: bool,
    as_json: bool,
) -> String {
    let word = |outcome| match outcome {
        Outcome::Registered if is_dry => "to be registered",
        Outcome::Registered => "registered",
        _ => "present",
    };
    if as_json {
        let entities = registration.entities.iter().map(|entity| {
            json!({"kind": entity.kind, "name": entity.name, "outcome": word(entity.outcome)})
        });
        let warnings: &[Finding] = &registration.warnings;
        let mut document = json!({
            "version": registration.version,
            "entities": entities.collect::<Vec<_>>(),
            "sent": registration.sent(),
            "bytes": registration.bytes,
            "activated": registration.activated,
            "warnings": warnings,
        });
        if let Some(pruned) = pruned {
            document["pruned"] = pruned.to_json();
        }
        return format!("{document}\n");
    }
    let rows = registration.entities.iter().map(|entity| {
        let kind = entity.kind.replace('_', " ");
        [word(entity.outcome).to_owned(), kind, entity.name.clone()]
    });
    let mut text = table("", &rows.collect::<Vec<_>>());
    for plan in &registration.activated {
        let word = if is_dry {
            "to be activated"
        } else {
            "activated"
        };
        text += &format!("{word}  {plan}\n");
    }
    text += &pruned.map(|pruned| pruned.text(is_dry)).unwrap_or_default();
    let (all, sent) = (registration.entities.len(), registration.sent());
    let verb = if is_dry { "to be sent" } else { "sent" };
    text += &format!(
        "version {}: {sent} of {all} entities {verb}",
        registration.version
    );
    if !is_dry {
        text += &format!(", {} bytes", registration.bytes);
    }
    text::visible(&(text + "\n")).into_owned()
}
