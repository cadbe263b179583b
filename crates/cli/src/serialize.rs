//! `serialize`: writes everything in the program as files that a cluster registers.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, error::ErrorKind, value_parser};
use serde::Serialize;

use super::{Reply, check, failure::Failure, json, options};
use flyte_check::check::Finding;
use flyte_cluster::{
    package,
    serialize::{Checked, SerializedEntity, Serializer, file_names},
};
use flyte_config::settings::{EnvVars, ImageConfig, SerializationSettings};
use flyte_core::{graph::entity::UnknownEntity, registry::Registry};

const OUT: &str = "out";
const FORCE: &str = "force";
const IMAGE: &str = "image";
const PROJECT: &str = "project";
const DOMAIN: &str = "domain";
const VERSION: &str = "version";
const ENV: &str = "env";
const PROGRAM: &str = "program";
const BACKEND: &str = "backend";
const FLYTE_2: &str = "v2";
/// For tests: writes graphs without lowering, even if Flyte 1 refuses them.
const AS_WRITTEN: &str = "as-written";
/// For tests: writes entities that Flyte 1 refuses.
const UNCHECKED: &str = "unchecked";

pub(super) fn command() -> Command {
    Command::new("serialize")
        .about("Writes every task, workflow and launch plan as a file that a cluster registers")
        .arg(
            Arg::new(OUT)
                .short('o')
                .long("out")
                .value_name("DIR")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::DirPath)
                .help("The directory for the files"),
        )
        .arg(force(
            "Removes the .pb files that are in the directory already",
        ))
        .args(settings_args())
        .arg(
            Arg::new(BACKEND)
                .long(BACKEND)
                .value_name("BACKEND")
                .value_parser(["v1", FLYTE_2])
                .default_value("v1")
                .help("For Flyte 1, or for Flyte 2, where workflows and launch plans are tasks that run others"),
        )
        .args(check::args())
        .args([AS_WRITTEN, UNCHECKED].map(|name| {
            Arg::new(name)
                .long(name)
                .action(ArgAction::SetTrue)
                .hide(true)
        }))
        .arg(options::json())
}

pub(super) fn force(help: &'static str) -> Arg {
    Arg::new(FORCE)
        .short('f')
        .long("force")
        .action(ArgAction::SetTrue)
        .help(help)
}

pub(super) fn is_forced(options: &ArgMatches) -> bool {
    options.get_flag(FORCE)
}

/// The options that [`entities`] needs.
pub(super) fn settings_args() -> impl Iterator<Item = Arg> {
    let text = |id, short, value_name, help| {
        let arg = Arg::new(id).long(id).value_name(value_name).help(help);
        match short {
            Some(short) => arg.short(short),
            None => arg,
        }
    };
    let later = "left to who registers";
    [
        text(
            IMAGE,
            Some('i'),
            "[NAME=]IMAGE",
            "The image of the containers; with a name, one that tasks refer to as {{.image.NAME}}; can be repeated"
                .to_owned(),
        )
        .action(ArgAction::Append),
        text(PROJECT, Some('p'), "NAME", format!("The project to register in [default: {later}]")),
        text(DOMAIN, Some('d'), "NAME", format!("The domain to register in [default: {later}]")),
        text(VERSION, Some('v'), "TEXT", format!("The version to register as [default: {later}]")),
        text(
            ENV,
            None,
            "NAME=VALUE",
            "A variable for every container; can be repeated".to_owned(),
        )
        .action(ArgAction::Append),
        text(
            PROGRAM,
            None,
            "PATH",
            "This program in the image [default: its name here]".to_owned(),
        ),
    ]
    .into_iter()
}

fn all<'a>(options: &'a ArgMatches, id: &str) -> Vec<&'a String> {
    options.get_many(id).into_iter().flatten().collect()
}

/// What `--env NAME=VALUE` says, however often.
pub(super) fn variables(given: &[&String], command: &mut Command) -> Result<EnvVars, Failure> {
    let mut env = EnvVars::new();
    for variable in given {
        match variable.split_once('=') {
            Some((name, value)) if !name.is_empty() => env.insert(name, value),
            _ => {
                let message =
                    format!("`--env {variable}` is not a variable; write `--env NAME=VALUE`");
                return Err(command.error(ErrorKind::ValueValidation, message).into());
            }
        };
    }
    Ok(env)
}

/// Everything in the registry, with the options of [`settings_args`] and [`check::args`].
pub(super) fn entities(
    registry: &Registry,
    options: &ArgMatches,
    command: &mut Command,
) -> Result<Checked, Failure> {
    let settings = settings(registry, options, command)?;
    let check = check::asked(options, command)?;
    let mut serializer = in_program(&settings, options).check(&check);
    // Only `serialize` has these options.
    let is_set = |name| matches!(options.try_get_one::<bool>(name), Ok(Some(true)));
    if is_set(AS_WRITTEN) {
        serializer = serializer.as_written();
    } else if is_set(UNCHECKED) {
        serializer = serializer.unchecked();
    }
    Ok(serializer.checked_registry(registry)?)
}

fn in_program<'s>(settings: &'s SerializationSettings, options: &ArgMatches) -> Serializer<'s> {
    let serializer = Serializer::new(settings);
    match options.get_one::<String>(PROGRAM) {
        Some(program) => serializer.program(program),
        None => serializer,
    }
}

/// What the options of [`settings_args`] say, for a program that has something to serialise.
fn settings(
    registry: &Registry,
    options: &ArgMatches,
    command: &mut Command,
) -> Result<SerializationSettings, Failure> {
    if registry.entities().next().is_none() {
        return Err(UnknownEntity::Empty.into());
    }
    for entity in registry.entities() {
        Failure::of_defaults(entity)?;
    }
    let text = |id: &str| options.get_one::<String>(id);
    let images: Vec<_> = all(options, IMAGE);
    let images = ImageConfig::validate_image("--image", &images)
        .map_err(|error| command.error(ErrorKind::ValueValidation, error))?;
    let env = variables(&all(options, ENV), command)?;
    let mut settings = SerializationSettings::builder(images).env(env);
    if let Some(project) = text(PROJECT) {
        settings = settings.project(project);
    }
    if let Some(domain) = text(DOMAIN) {
        settings = settings.domain(domain);
    }
    if let Some(version) = text(VERSION) {
        settings = settings.version(version);
    }
    Ok(settings.build())
}

/// Writes the tasks of Flyte 2, each as a `flyteidl2.task.TaskSpec`.
fn write_flyte2(
    registry: &Registry,
    options: &ArgMatches,
    command: &mut Command,
    out: &Path,
) -> Result<String, Failure> {
    let settings = settings(registry, options, command)?;
    let tasks = in_program(&settings, options).flyte2_registry(registry)?;
    remove_old(out, is_forced(options))?;
    let files = package::write_flyte2_files(&tasks, out);
    let files = files.map_err(|error| Failure::write(out, &error))?;
    let output = out.display().to_string();
    if json(options) {
        let names = tasks.iter().map(|task| {
            let template = task.task_template.as_ref();
            let id = template.and_then(|template| template.id.as_ref());
            id.map_or("", |id| &id.name)
        });
        let written = files.into_iter().zip(names).map(|(file, name)| Written {
            kind: "task",
            name,
            file,
        });
        return to_json(&Report {
            output,
            entities: written.collect(),
            warnings: &[],
        });
    }
    let text: String = files.iter().map(|file| file.clone() + "\n").collect();
    Ok(format!("{text}{} tasks in {output}\n", tasks.len()))
}

fn to_json(report: &Report<'_>) -> Result<String, Failure> {
    let text = serde_json::to_string(report);
    text.map(|text| text + "\n")
        .map_err(|error| Failure::Encode(error.to_string()))
}

pub(super) fn reply(registry: &Registry, bin: &str, options: &ArgMatches) -> Reply {
    let mut command = command().bin_name(format!("{bin} serialize"));
    let Some(out) = options.get_one::<PathBuf>(OUT) else {
        let error = command.error(ErrorKind::MissingRequiredArgument, "--out is missing");
        return Reply::failed(&error.into(), json(options));
    };
    if options
        .get_one::<String>(BACKEND)
        .is_some_and(|backend| backend == FLYTE_2)
    {
        let written = write_flyte2(registry, options, &mut command, out);
        return with_warnings(written.map(|report| (report, Vec::new())), json(options));
    }
    let result = entities(registry, options, &mut command).and_then(|checked| {
        remove_old(out, is_forced(options))?;
        package::write_files(&checked.entities, out)
            .map_err(|error| Failure::write(out, &error))?;
        Ok((report(&checked, out, json(options))?, checked.warnings))
    });
    with_warnings(result, json(options))
}

/// The report for standard output, and the warnings for standard error.
pub(super) fn with_warnings(result: Result<(String, Vec<Finding>), Failure>, json: bool) -> Reply {
    match result {
        Ok((report, warnings)) => Reply {
            stderr: check::warnings(&warnings),
            ..Reply::success(report)
        },
        Err(failure) => Reply::failed(&failure, json),
    }
}

/// Removes files of an earlier program, which would be registered together with the new ones.
fn remove_old(directory: &Path, force: bool) -> Result<(), Failure> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::write(directory, &error)),
    };
    for entry in entries {
        let path = entry
            .map_err(|error| Failure::write(directory, &error))?
            .path();
        if path.extension().is_none_or(|extension| extension != "pb") {
            continue;
        }
        if !force {
            return Err(Failure::Write(format!(
                "{} is there already; give an empty directory, or --force to remove the .pb files in it",
                path.display()
            )));
        }
        fs::remove_file(&path).map_err(|error| Failure::write(&path, &error))?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Written<'a> {
    kind: &'static str,
    name: &'a str,
    file: String,
}

#[derive(Serialize)]
struct Report<'a> {
    output: String,
    entities: Vec<Written<'a>>,
    #[serde(skip_serializing_if = "<[Finding]>::is_empty")]
    warnings: &'a [Finding],
}

/// The report of the written files.
pub(super) fn report(checked: &Checked, output: &Path, as_json: bool) -> Result<String, Failure> {
    let entities: &[SerializedEntity] = &checked.entities;
    let output = output.display().to_string();
    if as_json {
        let written = file_names(entities)
            .zip(entities)
            .map(|(file, entity)| Written {
                kind: entity.resource_type().name(),
                name: entity.name(),
                file,
            });
        let report = Report {
            output,
            entities: written.collect(),
            warnings: &checked.warnings,
        };
        return to_json(&report);
    }
    let mut text: String = file_names(entities).map(|file| file + "\n").collect();
    text += &format!("{} entities in {output}\n", entities.len());
    Ok(text)
}
