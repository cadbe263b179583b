//! Files and directories.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
};

use flyte_runtime::{
    BoxError,
    compat::current_context,
    files::{Csv, DataError, Text},
    prelude::*,
};

use crate::case::{Case, Expected, Kind, case, case_in, held};

#[task]
fn written(text: String) -> Result<FlyteFile<Text>, DataError> {
    let file = FlyteFile::create("größe und mehr.txt")?;
    file.write(text)?;
    Ok(file)
}

#[task]
fn read(file: &FlyteFile<Text>) -> Result<String, DataError> {
    file.read_to_string()
}

#[workflow]
fn there_and_back(text: String) -> (FlyteFile<Text>, String) {
    let file = written(text);
    (file, read(file))
}

#[task]
fn table(rows: u32) -> Result<FlyteFile<Csv>, BoxError> {
    let file = FlyteFile::create("table.csv")?;
    let mut writer = file.writer()?;
    writeln!(writer, "number,square")?;
    for number in 0..u64::from(rows) {
        writeln!(writer, "{number},{}", number * number)?;
    }
    writer.finish()?;
    Ok(file)
}

#[task]
fn last_line(table: &FlyteFile<Csv>) -> Result<(usize, String), BoxError> {
    let (mut count, mut last) = (0, String::new());
    for line in BufReader::new(table.open()?).lines() {
        last = line?;
        count += 1;
    }
    Ok((count, last))
}

/// About a megabyte, which no message could have.
#[workflow]
fn of_many_lines(rows: u32) -> (usize, String) {
    let (count, last) = last_line(table(rows));
    (count, last)
}

#[task]
fn folder(names: Vec<String>) -> Result<FlyteDirectory<Text>, DataError> {
    let folder = FlyteDirectory::create("folder")?;
    let inner = folder.new_dir("inner")?;
    folder.new_dir("empty")?;
    for (index, name) in names.iter().enumerate() {
        let directory = if index % 2 == 0 { &folder } else { &inner };
        directory
            .new_file(name)?
            .write(format!("{index}: {name}"))?;
    }
    Ok(folder)
}

#[task]
fn contents(folder: &FlyteDirectory<Text>) -> Result<BTreeMap<String, String>, DataError> {
    let files = folder.walk()?;
    files
        .iter()
        .map(|file| Ok((file.name(), file.read_to_string()?)))
        .collect()
}

#[workflow]
fn folders(names: Vec<String>) -> BTreeMap<String, String> {
    contents(folder(names))
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Report {
    title: String,
    pages: Vec<FlyteFile<Text>>,
    extra: Option<FlyteDirectory<Text>>,
}

#[task]
fn bound(
    title: String,
    pages: Vec<FlyteFile<Text>>,
    extra: Option<FlyteDirectory<Text>>,
) -> Report {
    Report {
        title,
        pages,
        extra,
    }
}

#[task]
fn summary(report: Report) -> Result<Vec<String>, DataError> {
    let mut lines = vec![report.title];
    for page in &report.pages {
        lines.push(page.read_to_string()?);
    }
    for file in report
        .extra
        .map(|extra| extra.walk())
        .transpose()?
        .unwrap_or_default()
    {
        lines.push(file.read_to_string()?);
    }
    Ok(lines)
}

#[workflow]
fn in_a_struct(title: String) -> Vec<String> {
    let pages = vec![written(title), written("zwei"), written("")];
    summary(bound(title, pages, folder(vec!["a", "b"])))
}

/// Each task reads a page of its own.
#[workflow]
fn mapped(texts: Vec<String>) -> Vec<String> {
    texts.map(written).map(|file| read(file))
}

/// A path is a file, too, and a task writes where it likes.
#[task]
fn as_path(text: String) -> Result<PathBuf, BoxError> {
    let path = current_context().working_directory()?.join("path.bin");
    std::fs::write(&path, [text.as_bytes(), &[0, 255, 10]].concat())?;
    Ok(path)
}

#[task]
fn size_of(path: PathBuf, again: Option<PathBuf>) -> Result<(u64, Vec<u8>), BoxError> {
    let again = again.ok_or("there is no other")?;
    Ok((std::fs::metadata(path)?.len(), std::fs::read(again)?))
}

#[workflow]
fn paths(text: String) -> (u64, Vec<u8>) {
    let path = as_path(text);
    let (first, second) = size_of(path, path);
    (first, second)
}

/// A file that is no output of a task of the run.
#[workflow]
fn of_the_inputs(
    file: FlyteFile<Text>,
    others: Vec<FlyteFile<Text>>,
) -> (String, String, FlyteFile<Text>) {
    (read(file), read(others.at(0)), file)
}

#[task]
async fn never_written() -> FlyteFile<Text> {
    FlyteFile::from_path("/nowhere/at/all.txt")
}

#[workflow]
fn what_is_not_there() -> String {
    read(never_written())
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let named = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let names = texts(&["a b.txt", "日本", "100%"]);
    held(
        "files",
        [
            case(there_and_back::call("Zeile\r\n\u{0}ß".to_owned())).succeeds(),
            case(there_and_back::call(String::new()))
                .succeeds()
                .with("empty"),
            case(of_many_lines::call(60_000)).gives((60_001, "59999,3599880001".to_owned())),
            case(folders::call(names)).gives(BTreeMap::from([
                named("a b.txt", "0: a b.txt"),
                named("日本", "1: 日本"),
                named("100%", "2: 100%"),
            ])),
            case(folders::call(Vec::new()))
                .gives(BTreeMap::new())
                .with("empty"),
            case(in_a_struct::call("eins".to_owned()))
                .gives(texts(&["eins", "eins", "zwei", "", "0: a", "1: b"])),
            case(mapped::call(texts(&["x", "", "z"]))).gives(texts(&["x", "", "z"])),
            case(paths::call("vier".to_owned()))
                .gives((7, vec![b'v', b'i', b'e', b'r', 0, 255, 10])),
            case_in(|scratch| {
                let file = |name: &str| {
                    let path = scratch.join(name);
                    // The task that reads it says that it is not there.
                    let _ = std::fs::write(&path, name);
                    FlyteFile::from_path(path)
                };
                of_the_inputs::call(file("first"), vec![file("second")])
            })
            .succeeds(),
            case(what_is_not_there::call())
                .fails(Kind::Task, "/nowhere/at/all.txt")
                .but_there(
                    Expected::Fails(Kind::Value, "cannot store /nowhere/at/all.txt"),
                    "there a file leaves this machine when it is given",
                ),
        ],
    )
}
