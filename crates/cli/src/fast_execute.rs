//! `flyte-fast-execute`: unpacks the code of a fast registration, then runs the command that follows.

use std::{ffi::OsString, path::Path, process};

use clap::{Arg, ArgMatches, Command, value_parser};

use super::{
    Exit, Reply, execute,
    options::{EXECUTE, FAST_EXECUTE},
};
use flyte_cluster::distribution;
use flyte_config::system::become_command;
use flyte_context::storage::FileAccessProvider;

const DISTRIBUTION: &str = "additional-distribution";
const DIRECTORY: &str = "dest-dir";
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
        if let Err(text) = unpack(location, Path::new(directory)) {
            return failed(text);
        }
        pass_on(&mut words, location, directory);
    }
    let Some((program, arguments)) = words.split_first() else {
        // clap has refused this.
        return Reply::default();
    };
    let error = become_command(process::Command::new(program).args(arguments));
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
fn unpack(location: &str, directory: &Path) -> Result<(), String> {
    let files = FileAccessProvider::temporary().map_err(|error| error.to_string())?;
    distribution::unpack(&files, location, directory).map_err(|error| error.to_string())
}
