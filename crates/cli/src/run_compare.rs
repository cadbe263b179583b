//! `runs compare`: what differs between two recorded runs.

use clap::{Arg, ArgMatches, Command};

use super::{
    failure::Failure,
    options::{self, ID},
    table::table,
};
use flyte_core::registry::Registry;
use flyte_events::history::History;
use flyte_view::page::{Comparison, Difference};

/// The second run, here and of `runs page --compare`.
pub(super) const OTHER: &str = "OTHER";

pub(super) fn command() -> Command {
    let id = |name: &'static str, help: &'static str| {
        Arg::new(name).value_name(name).help(help).required(true)
    };
    Command::new("compare")
        .about(
            "Tells what differs between two runs: inputs, outputs, states, errors, times, attempts, the cache and \
             the code, of nodes with the same path",
        )
        .arg(options::json())
        .arg(id(ID, "The id of a run or a beginning of it, or `last`"))
        .arg(id(OTHER, "The id of the run to compare it with, or a beginning of it"))
}

/// Says what differs.
pub(super) fn reply(
    history: &History,
    registry: &Registry,
    options: &ArgMatches,
    as_json: bool,
) -> Result<String, Failure> {
    let run = |name: &str| {
        let id = options.get_one::<String>(name);
        history.run(id.map_or("", String::as_str))
    };
    let (a, b) = (run(ID)?, run(OTHER)?);
    let comparison = Comparison::of(&a, &b, Some(registry));
    if as_json {
        return Ok(format!("{:#}\n", comparison.to_json()));
    }
    let mut text = format!("{} of {}: {}\n", a.id(), a.entity(), a.status());
    text += &format!("{} of {}: {}\n", b.id(), b.entity(), b.status());
    let before = text.len();
    text += &rows("  ", comparison.of_runs());
    for (path, found) in comparison.nodes() {
        text += &format!("{path}:\n{}", rows("  ", found));
    }
    for (run, paths) in [
        (&a, comparison.only_in_first().collect::<Vec<_>>()),
        (&b, comparison.only_in_second().collect()),
    ] {
        if !paths.is_empty() {
            text += &format!("only in {}: {}\n", run.id(), paths.join(", "));
        }
    }
    if text.len() == before {
        text += "no difference in inputs, outputs, states, errors, times, attempts, the cache and the code\n";
    }
    Ok(text)
}

fn rows(indent: &str, found: &[Difference]) -> String {
    let rows = found.iter().map(|one| {
        let side = |side: &Option<String>| side.as_deref().map_or("–".to_owned(), short);
        [
            one.what.to_owned(),
            one.name.clone(),
            side(&one.a),
            "→".to_owned(),
            side(&one.b),
        ]
    });
    table(indent, &rows.collect::<Vec<_>>())
}

/// The beginning of the first line; `--json` shows all of it.
fn short(text: &str) -> String {
    const SHOWN: usize = 80;
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.len() < text.len() => format!("{line} …"),
        None => line.to_owned(),
    }
}
