//! `package`: writes the files of `serialize` as one archive.

use std::{
    fs::OpenOptions,
    io::{BufWriter, ErrorKind},
    path::PathBuf,
};

use clap::{Arg, ArgMatches, Command, value_parser};

use super::{
    Reply, check,
    failure::Failure,
    json, options,
    serialize::{entities, force, is_forced, report, settings_args, with_warnings},
};
use flyte_cluster::package;
use flyte_core::registry::Registry;

const OUTPUT: &str = "output";
const DEFAULT: &str = "flyte-package.tgz";

pub(super) fn command() -> Command {
    Command::new("package")
        .about(
            "Writes what `serialize` does as one archive, for `flytectl register files --archive`",
        )
        .arg(
            Arg::new(OUTPUT)
                .short('o')
                .long("output")
                .value_name("FILE")
                .default_value(DEFAULT)
                .value_parser(value_parser!(PathBuf))
                .help("The archive"),
        )
        .arg(force("Replaces an archive that is there already"))
        .args(settings_args())
        .args(check::args())
        .arg(options::json())
}

pub(super) fn reply(registry: &Registry, bin: &str, options: &ArgMatches) -> Reply {
    let mut command = command().bin_name(format!("{bin} package"));
    let result = entities(registry, options, &mut command).and_then(|checked| {
        let output = options.get_one::<PathBuf>(OUTPUT).cloned();
        let output = output.unwrap_or_else(|| DEFAULT.into());
        let mut open = OpenOptions::new();
        open.write(true);
        if is_forced(options) {
            open.create(true).truncate(true);
        } else {
            open.create_new(true);
        }
        let file = open.open(&output).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Failure::Write(format!(
                "{} is there already; give another --output, or --force to replace it",
                output.display()
            )),
            _ => Failure::write(&output, &error),
        })?;
        package::write_package(&checked.entities, BufWriter::new(file))
            .map_err(|error| Failure::write(&output, &error))?;
        Ok((report(&checked, &output, json(options))?, checked.warnings))
    });
    with_warnings(result, json(options))
}
