//! Failure handlers whose `err` is the error itself, and not an `Option` of it.

use std::{fs, path::Path};

use flyte_runtime::{prelude::*, types::FlyteError};

use crate::case::{Case, Kind, case_in, row};

#[task]
fn load(source: String) -> Result<String, String> {
    match source.as_str() {
        "broken" => Err(format!("{source} cannot be read")),
        _ => Ok(source),
    }
}

#[task]
fn sources(last: String) -> Vec<String> {
    vec!["good".to_owned(), last]
}

#[task]
fn length(text: String) -> i64 {
    text.len() as i64
}

#[task]
fn note(dir: String, err: FlyteError) -> Result<(), std::io::Error> {
    fs::write(Path::new(&dir).join("note"), format!("{} ({dir})", err.message))
}

#[task]
fn note_all(dir: String, source: String, times: i64, err: FlyteError) -> Result<(), std::io::Error> {
    let text = format!("{source} {times}: {}", err.message);
    fs::write(Path::new(&dir).join("note"), text)
}

#[workflow(on_failure = note)]
fn told(dir: String) -> i64 {
    let of_dir = length(dir);
    let of_source = length(load("broken"));
    of_dir >> of_source;
    of_source
}

/// The handler takes all inputs, and the failure is that of an element.
#[workflow(on_failure = note_all)]
fn told_of_an_element(dir: String, source: String, times: i64) -> Vec<i64> {
    let _unused = (length(dir), times);
    sources(source).map(load).map(length)
}

#[workflow]
fn clean(dir: String, n: i64, err: FlyteError) {
    let _n = n;
    note(dir, err);
}

/// A workflow handles the failure of a branch.
#[workflow(on_failure = clean)]
fn told_of_a_branch(dir: String, n: i64) -> i64 {
    let found = length(dir);
    if n > 3 {
        fail("three is the most")
    } else {
        length(load("other"));
    }
    found
}

/// The handler of a workflow inside, whose failure is that of the one around, too.
#[workflow]
fn around(dir: String) -> (i64, i64) {
    (told(dir), length("abc"))
}

#[task]
fn note_if_any(dir: String, err: Option<FlyteError>) -> Result<(), std::io::Error> {
    let text = err.map_or("nothing".to_owned(), |err| err.message);
    fs::write(Path::new(&dir).join("note"), text)
}

#[workflow(on_failure = note_if_any)]
fn told_of_an_option(dir: String) -> (i64, String) {
    (length(dir), load("broken"))
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    row(
        4,
        [
            case_in(|dir| told::call(text(dir)))
                .fails(Kind::Task, "broken cannot be read")
                .leaves("note", "broken cannot be read"),
            case_in(|dir| told_of_an_element::call(text(dir), "broken".to_owned(), 3))
                .fails(Kind::Task, "broken cannot be read")
                .leaves("note", "broken 3: "),
            case_in(|dir| told_of_a_branch::call(text(dir), 4))
                .fails(Kind::Branch, "three is the most")
                .leaves("note", "three is the most"),
            case_in(|dir| around::call(text(dir)))
                .fails(Kind::Task, "broken cannot be read")
                .leaves("note", "broken cannot be read"),
            case_in(|dir| told_of_an_option::call(text(dir)))
                .fails(Kind::Task, "broken cannot be read")
                .leaves("note", "broken cannot be read"),
        ],
    )
}
