//! `runs deck`: the pages with the decks of a run, of one on this machine and of one on a cluster.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::{Arg, ArgMatches, Command, ValueHint, value_parser};
use serde_json::{Value as Json, json};

use super::{
    failure::Failure,
    options::{self, ID},
    run_logs::{NODE, is_wanted, no_node, node},
};
use flyte_events::history::History;

const OUTPUT: &str = "--output";

pub(super) fn command() -> Command {
    Command::new("deck")
        .about("Prints where the pages with the decks of a run are, and copies them")
        .arg(options::json())
        .arg(
            Arg::new(ID)
                .value_name("ID")
                .help("The id of a run or a beginning of it, or `last`")
                .required(true),
        )
        .arg(node())
        .arg(
            Arg::new(OUTPUT)
                .long("output")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::DirPath)
                .help(
                    "Puts the pages into this directory [default: they stay, and those of a cluster come into .]",
                ),
        )
}

/// The page of a node.
pub(super) struct Page {
    pub(super) node: String,
    pub(super) file: PathBuf,
}

/// The directory that is asked for.
pub(super) fn directory(options: &ArgMatches) -> Option<&Path> {
    options.get_one::<PathBuf>(OUTPUT).map(PathBuf::as_path)
}

/// The name of the file for the page of a node, another one for each node.
pub(super) fn file_name(run: &str, node: &str) -> String {
    let mut name = format!("{run}-");
    for byte in node.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' => {
                name.push(char::from(byte));
            }
            byte => name += &format!("%{byte:02X}"),
        }
    }
    name + ".html"
}

/// Writes a page into a directory, and says where it is.
pub(super) fn save(
    directory: &Path,
    name: &str,
    write: impl FnOnce(&Path) -> io::Result<()>,
) -> Result<PathBuf, Failure> {
    let path = directory.join(name);
    let saved = fs::create_dir_all(directory).and_then(|()| write(&path));
    match saved {
        Ok(()) => Ok(path),
        Err(error) => Err(Failure::Write(format!(
            "the page cannot be written to {}: {error}",
            path.display()
        ))),
    }
}

/// The files of the pages, a line each.
pub(super) fn printed(run: &str, pages: &[Page], as_json: bool) -> Result<String, Failure> {
    if as_json {
        let all: Json = pages
            .iter()
            .map(|page| json!({"node": page.node, "file": page.file.to_string_lossy()}))
            .collect();
        return Ok(format!("{all:#}\n"));
    }
    if pages.is_empty() {
        return Err(Failure::Encode(format!(
            "nothing that was asked for of run {run} has a page: a task has decks with `enable_deck`, and a run on \
             this machine writes them with `run --deck DIR`"
        )));
    }
    let lines = pages
        .iter()
        .map(|page| format!("{}\n", page.file.display()));
    Ok(lines.collect())
}

/// Those of a run on this machine: the last page of each node that is still there.
pub(super) fn of_run(
    history: &History,
    options: &ArgMatches,
    as_json: bool,
) -> Result<String, Failure> {
    let id = options.get_one::<String>(ID).map_or("", String::as_str);
    let wanted = options.get_one::<String>(NODE).map(String::as_str);
    let run = history.run(id)?;
    let paths = run.nodes().iter().map(|node| node.path.as_str());
    no_node(run.id(), "", wanted, paths)?;
    let mut pages = Vec::new();
    let nodes = run.nodes().iter();
    for node in nodes.filter(|node| is_wanted(&node.path, wanted)) {
        let decks = node
            .tried
            .iter()
            .rev()
            .filter_map(|tried| tried.deck.as_ref());
        let Some(deck) = decks.into_iter().find(|deck| deck.exists()) else {
            continue;
        };
        let file = match directory(options) {
            None => deck.clone(),
            Some(directory) => {
                let name = file_name(run.id(), &node.path);
                save(directory, &name, |path| fs::copy(deck, path).map(drop))?
            }
        };
        pages.push(Page {
            node: node.path.clone(),
            file,
        });
    }
    printed(run.id(), &pages, as_json)
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn each_node_has_a_file_of_its_own() {
        assert_eq!(file_name("run", "n0"), "run-n0.html");
        assert_eq!(file_name("run", "n0/n1[2]"), "run-n0%2Fn1%5B2%5D.html");
        let paths = ["n0/n1", "n0-n1", "n0[n1", "n0]-n1"];
        let names = paths.map(|path| file_name("run", path));
        for (at, name) in names.iter().enumerate() {
            assert!(!names[..at].contains(name), "{name}");
        }
    }
}
