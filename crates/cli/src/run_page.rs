//! `runs page`: a page of a recorded run, in one file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Arg, ArgMatches, Command, ValueHint, value_parser};
use serde_json::json;

use super::{
    failure::Failure,
    options::{self, ID},
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
}

/// Writes the page, and says where it is.
pub(super) fn reply(
    run: &RunRecord,
    registry: &Registry,
    options: &ArgMatches,
    as_json: bool,
) -> Result<String, Failure> {
    let file = options.get_one::<PathBuf>(OUTPUT).cloned();
    let file = file.unwrap_or_else(|| Path::new(run.id()).with_extension("html"));
    let page = RunPage::of(run).described_by(registry).html();
    fs::write(&file, page).map_err(|error| Failure::write(&file, &error))?;
    Ok(match as_json {
        true => format!("{}\n", json!({"id": run.id(), "page": file})),
        false => format!("{}\n", file.display()),
    })
}
