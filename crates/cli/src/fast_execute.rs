//! `flyte-fast-execute`: unpacks the code of a fast registration, then runs the command that follows.

use std::{env, ffi::OsString, path::Path, process};

use clap::{Arg, ArgMatches, Command, value_parser};

use super::{
    Exit, Reply, execute,
    options::{EXECUTE, FAST_EXECUTE},
};
use flyte_cluster::{
    bundle::{LAUNCHED_BY, Launcher},
    distribution,
};
use flyte_config::system::become_command;
use flyte_context::storage::FileAccessProvider;

const DISTRIBUTION: &str = "additional-distribution";
const DIRECTORY: &str = "dest-dir";
const SHA256: &str = "distribution-sha256";
const COMMAND: &str = "command";

pub(super) fn command() -> Command {
    let option = |name: &'static str| Arg::new(name).long(name).num_args(1);
    Command::new(FAST_EXECUTE)
        .about("Unpacks the code of a fast registration and runs a command; a cluster calls it")
        .disable_help_subcommand(true)
        .arg(
            option(DISTRIBUTION)
                .value_name("URI")
                .help("Where the gzipped tar archive is [default: nothing is unpacked]"),
        )
        .arg(
            option(DIRECTORY)
                .value_name("DIR")
                .help("Where its files go [default: the working directory]"),
        )
        .arg(
            option(SHA256)
                .value_name("HEX")
                .help("The digest that the archive must have; what is in DIR then is kept and not fetched again"),
        )
        .arg(
            Arg::new(COMMAND)
                .value_name("COMMAND")
                .value_parser(value_parser!(OsString))
                .num_args(1..)
                .last(true)
                .required(true)
                .help("The command, and its arguments"),
        )
}

/// Where a process can be replaced by another, this returns only after an error.
pub(super) fn reply(options: &ArgMatches) -> Reply {
    let failed = |text: String| Reply {
        stderr: format!("error: {text}\n"),
        exit: Exit::Failed,
        ..Reply::default()
    };
    let words = options.get_many::<OsString>(COMMAND).into_iter().flatten();
    let mut words: Vec<OsString> = words.cloned().collect();
    if let Some(location) = given(options, DISTRIBUTION) {
        let directory = given(options, DIRECTORY).unwrap_or(".");
        let sha256 = given(options, SHA256);
        if let Err(text) = unpack(location, sha256, Path::new(directory)) {
            return failed(text);
        }
        pass_on(&mut words, location, directory);
    }
    let Some((program, arguments)) = words.split_first() else {
        // clap has refused this.
        return Reply::default();
    };
    let mut command = process::Command::new(program);
    command.args(arguments);
    if let (Some(sha256), Some(own)) = (given(options, SHA256), env::args().next()) {
        let launcher = Launcher {
            program: own,
            sha256: sha256.to_owned(),
        };
        command.env(LAUNCHED_BY, launcher.to_text());
    }
    let error = become_command(&mut command);
    failed(format!("`{}` cannot be run: {error}", program.display()))
}

/// Tells `flyte-execute` where the code came from: a dynamic task makes tasks that need it, too.
fn pass_on(words: &mut Vec<OsString>, location: &str, directory: &str) {
    let Some(found) = words.iter().position(|word| word == EXECUTE) else {
        return;
    };
    let options = [
        format!("--{}", execute::DISTRIBUTION),
        location.to_owned(),
        format!("--{}", execute::DIRECTORY),
        directory.to_owned(),
    ];
    let after = found + 1;
    words.splice(after..after, options.map(OsString::from));
}

/// The value of an option, unless it is empty or a template that the backend did not fill in.
fn given<'a>(options: &'a ArgMatches, name: &str) -> Option<&'a str> {
    let value = options.get_one::<String>(name)?;
    (!value.is_empty() && !value.contains("{{")).then_some(value)
}

/// Removes the downloaded archive before it returns, because this process does not clean up later.
fn unpack(location: &str, sha256: Option<&str>, directory: &Path) -> Result<(), String> {
    let files = FileAccessProvider::temporary().map_err(|error| error.to_string())?;
    let unpacked = match sha256 {
        Some(sha256) => distribution::unpack_once(&files, location, sha256, directory),
        None => distribution::unpack(&files, location, directory),
    };
    unpacked.map_err(|error| error.to_string())
}
