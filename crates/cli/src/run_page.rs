//! `runs page`: a page of a recorded run, in one file.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use clap::{Arg, ArgMatches, Command, ValueHint, value_parser};
use serde_json::json;

use super::{
    failure::Failure,
    options::{self, ID},
    run_compare::OTHER,
};
use flyte_core::registry::Registry;
use flyte_events::history::RunRecord;
use flyte_view::page::RunPage;

const OUTPUT: &str = "--output";

pub(super) fn command() -> Command {
    Command::new("page")
        .about("Writes a page of a run: graph, timeline, table, errors, values and logs in one HTML file")
        .arg(options::json())
        .arg(
            Arg::new(ID)
                .value_name("ID")
                .help("The id of a run or a beginning of it, or `last`")
                .required(true),
        )
        .arg(
            Arg::new(OUTPUT)
                .long("output")
                .short('o')
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("The file, which is replaced [default: the id of the run with `.html`]"),
        )
        .arg(
            Arg::new(OTHER)
                .long("compare")
                .value_name("ID")
                .help("Shows what differs from this run, whose nodes are matched by path"),
        )
}

/// Writes the page, and says where it is.
pub(super) fn reply(
    (run, other): (&RunRecord, Option<&RunRecord>),
    registry: &Registry,
    options: &ArgMatches,
    as_json: bool,
) -> Result<String, Failure> {
    let file = options.get_one::<PathBuf>(OUTPUT).cloned();
    let file = file.unwrap_or_else(|| Path::new(run.id()).with_extension("html"));
    let mut page = RunPage::of(run).described_by(registry);
    if let Some(other) = other {
        page = page.compared_with(other);
    }
    let written = create(&file).and_then(|mut to| to.write_all(page.html().as_bytes()));
    written.map_err(|error| Failure::write(&file, &error))?;
    Ok(match as_json {
        true => format!("{}\n", json!({"id": run.id(), "page": file})),
        false => format!("{}\n", file.display()),
    })
}

/// A file for this user alone, as inputs, outputs and logs may be private. One that is there keeps its permissions.
fn create(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(file)
}
