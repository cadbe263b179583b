//! `config show`: every setting, and where it comes from.

use clap::{ArgMatches, Command};
use serde_json::json;

use super::{Reply, cluster, failure::Failure, json, options, table::table};
use flyte_core::text;

pub(super) fn command() -> Command {
    Command::new("config")
        .about("Tells the settings of clusters and runs")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            Command::new("show")
                .about("Prints every setting with the file, variable or option that it comes from")
                .args(cluster::args())
                .arg(options::json()),
        )
}

pub(super) fn reply(options: &ArgMatches) -> Reply {
    let Some((_, options)) = options.subcommand() else {
        return Reply::default();
    };
    let as_json = json(options);
    Reply::of(show(options, as_json), as_json)
}

fn show(options: &ArgMatches, as_json: bool) -> Result<String, Failure> {
    let config = cluster::settings(&[options])?;
    let entries = config.entries();
    if as_json {
        let settings = entries.iter().map(|entry| {
            json!({"key": entry.key, "value": entry.value, "origin": entry.origin.to_string()})
        });
        let document = json!({
            "file": config.file().map(|file| file.display().to_string()),
            "settings": settings.collect::<Vec<_>>(),
            "notices": config.notices(),
        });
        return Ok(format!("{document:#}\n"));
    }
    let rows: Vec<_> = entries
        .into_iter()
        .map(|entry| {
            let value = entry.value.unwrap_or_else(|| "(none)".to_owned());
            [entry.key.to_owned(), value, entry.origin.to_string()]
        })
        .collect();
    let mut text = match config.file() {
        Some(file) => format!("file: {}\n", file.display()),
        None => "file: none is found\n".to_owned(),
    };
    text += &table("", &rows);
    for notice in config.notices() {
        text += &format!("note: {}\n", text::hanging(notice));
    }
    Ok(text::visible(&text).into_owned())
}
