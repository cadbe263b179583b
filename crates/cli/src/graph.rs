//! `graph`: a picture of a workflow, drawn before anything runs.

use std::{
    fmt::Write as _,
    fs,
    io::{self, IsTerminal as _},
    path::{Component, Path},
};

use clap::{
    Arg, ArgMatches, Command, ValueHint, builder::PossibleValuesParser, error::ErrorKind,
    value_parser,
};

use super::{Cli, Reply, failure::Failure, options};
use flyte_config::system::terminal_size;
use flyte_view::picture::Picture;

const FORMAT: &str = "--format";
const OUTPUT: &str = "--output";
const DEPTH: &str = "--depth";
const SOURCES: &str = "--sources";
const WIDTH: &str = "--width";

/// The formats, each with the ends of the names of its files.
const FORMATS: [(&str, &[&str]); 6] = [
    ("text", &["txt"]),
    ("svg", &["svg"]),
    ("html", &["html", "htm"]),
    ("mermaid", &["mmd", "mermaid"]),
    ("dot", &["dot", "gv"]),
    ("json", &["json"]),
];

pub(super) fn command() -> Command {
    Command::new("graph")
        .about("Draws the graph of a workflow, with types, options, conditions and source places")
        .arg(
            Arg::new(options::NAME)
                .value_name("NAME")
                .help("The name of a task, workflow or launch plan, or its last parts")
                .required(true),
        )
        .arg(
            Arg::new(FORMAT)
                .long("format")
                .value_name("FORMAT")
                .value_parser(PossibleValuesParser::new(FORMATS.map(|(name, _)| name)))
                .help("What to write [default: what the name of the file says, else text]"),
        )
        .arg(
            Arg::new(OUTPUT)
                .long("output")
                .short('o')
                .value_name("FILE")
                .value_hint(ValueHint::FilePath)
                .help("Writes to this file and not to standard output"),
        )
        .arg(
            Arg::new(DEPTH)
                .long("depth")
                .value_name("N")
                .value_parser(value_parser!(usize))
                .help("How deep workflows inside are opened [default: as far as it stays legible]"),
        )
        .arg(Arg::new(SOURCES).long("sources").value_name("URL").help(
            "What links to source places begin with, as in `https://example.org/repository/blob/main/` \
             [default: the way \
             from the file to the current directory]",
        ))
        .arg(
            Arg::new(WIDTH)
                .long("width")
                .value_name("N")
                .value_parser(|text: &str| match text.parse() {
                    Ok(0) | Err(_) => Err("not a number of columns"),
                    Ok(columns) => Ok::<usize, _>(columns),
                })
                .help("How many columns `text` is to fit [default: those of the terminal, else 80]"),
        )
}

pub(super) fn reply(cli: &Cli<'_>, bin: &str, options: &ArgMatches) -> Reply {
    Reply::of(picture(cli, bin, options), false)
}

fn picture(cli: &Cli<'_>, bin: &str, options: &ArgMatches) -> Result<String, Failure> {
    let text = |name: &str| options.get_one::<String>(name).map(String::as_str);
    let entity = cli.registry.find(text(options::NAME).unwrap_or_default())?;
    let output = text(OUTPUT);
    let format = format(text(FORMAT), output).map_err(|problem| {
        command()
            .bin_name(format!("{bin} graph"))
            .error(ErrorKind::ValueValidation, problem)
    })?;
    let graph = entity.graph()?;
    let picture = match options.get_one::<usize>(DEPTH) {
        Some(depth) => Picture::to_depth(&graph, *depth),
        None => Picture::of(&graph),
    };
    let sources = text(SOURCES).map(str::to_owned);
    let picture = picture.sources(sources.unwrap_or_else(|| way_back(output)));
    let drawn = match format {
        "svg" => picture.svg(),
        "html" => picture.html(),
        "mermaid" => picture.mermaid(),
        "dot" => picture.dot(),
        "json" => picture.json(),
        _ => match options
            .get_one::<usize>(WIDTH)
            .copied()
            .or_else(|| columns(cli, output))
        {
            Some(columns) => picture.text_within(columns),
            None => picture.text(),
        },
    };
    let Some(file) = output else {
        return Ok(drawn);
    };
    fs::write(file, drawn).map_err(|error| Failure::write(Path::new(file), &error))?;
    Ok(String::new())
}

/// The columns of the terminal, if the picture goes there.
fn columns(cli: &Cli<'_>, output: Option<&str>) -> Option<usize> {
    let shown = output.is_none() && cli.terminal && io::stdout().is_terminal();
    shown.then(terminal_size)?.map(|(columns, _)| columns)
}

/// The format that was asked for, or that the name of the file says.
fn format<'a>(asked: Option<&'a str>, file: Option<&str>) -> Result<&'a str, String> {
    if let Some(asked) = asked {
        return Ok(asked);
    }
    let Some(file) = file else {
        return Ok("text");
    };
    let end = Path::new(file)
        .extension()
        .and_then(|end| end.to_str())
        .unwrap_or_default();
    let known = FORMATS.iter().find(|(_, ends)| ends.contains(&end));
    known.map(|(name, _)| *name).ok_or_else(|| {
        let names = FORMATS.map(|(name, _)| name).join(", ");
        format!(
            "the name of `{file}` does not say what to write; add `--format` with one of {names}"
        )
    })
}

/// The way from the directory of the file to the current one; empty when that is where it is, or there is none.
fn way_back(file: Option<&str>) -> String {
    let Some(file) = file else {
        return String::new();
    };
    let directory = match Path::new(file).parent() {
        Some(directory) if directory != Path::new("") => directory,
        _ => Path::new("."),
    };
    // Links in the file system are followed, since `..` is not the way back through one.
    let (Ok(from), Ok(to)) = (directory.canonicalize(), Path::new(".").canonicalize()) else {
        return String::new();
    };
    way(&from, &to).unwrap_or_default()
}

/// The way from one directory to another, as an address; none from one drive to another.
fn way(from: &Path, to: &Path) -> Option<String> {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut way = "../".repeat(from.len() - common);
    for part in &to[common..] {
        let Component::Normal(name) = part else {
            return None;
        };
        for byte in name.to_str()?.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => {
                    way.push(char::from(byte));
                }
                byte => {
                    let _ = write!(way, "%{byte:02X}");
                }
            }
        }
        way.push('/');
    }
    Some(way)
}
