//! Order without data. What runs when is read from a file.

use std::{fs, path::Path};

use flyte_runtime::{BoxError, graph::VoidPromise, prelude::*};

use crate::case::{Case, Kind, case_in, held};

/// Adds its name to the file.
#[task]
fn step(directory: String, name: String) -> Result<(), BoxError> {
    use std::io::Write as _;
    let path = Path::new(&directory).join("steps");
    let mut file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)?;
    Ok(writeln!(file, "{name}")?)
}

#[task]
fn steps(directory: String) -> Result<Vec<String>, BoxError> {
    let text = fs::read_to_string(Path::new(&directory).join("steps")).unwrap_or_default();
    Ok(text.lines().map(str::to_owned).collect())
}

#[workflow]
fn in_a_row(directory: String) -> Vec<String> {
    let (c, b, a) = (
        step(directory, "c"),
        step(directory, "b"),
        step(directory, "a"),
    );
    let steps = steps(directory);
    a >> b >> c >> steps;
    steps
}

#[workflow]
fn groups(directory: String) -> Vec<String> {
    let last = steps(directory);
    let second = vec![step(directory, "b"), step(directory, "b")];
    let first = (step(directory, "a"), step(directory, "a"));
    for step in &second {
        first.0 >> *step;
        first.1 >> *step;
    }
    second >> last;
    last
}

#[workflow]
fn part(directory: String, name: String) -> Vec<String> {
    let first = step(directory, name);
    let found = steps(directory);
    first >> found;
    found
}

/// Inner workflows, maps, gates and branches wait and are waited for.
#[workflow]
fn whatever_it_is(directory: String, names: Vec<String>, so: bool) -> (Vec<String>, Vec<String>) {
    let map = names.map(|name| step(directory, name));
    let pause = sleep("1ms");
    let inner = part(directory, "z");
    let branch = if so {
        part(directory, "y")
    } else {
        steps(directory)
    };
    map >> pause >> branch >> inner;
    (branch, inner)
}

#[dynamic]
fn made_when_it_runs(directory: &str, count: usize) -> Vec<String> {
    let last = steps(directory.to_owned());
    let mut before: Option<VoidPromise> = None;
    for number in 0..count {
        let this = step(directory.to_owned(), number.to_string());
        if let Some(before) = before {
            before >> this;
        }
        this.runs_before(&last);
        before = Some(this);
    }
    last
}

#[task]
fn refused(name: String) -> Result<(), String> {
    Err(format!("{name} is refused"))
}

/// What is behind a failure does not run.
#[workflow]
fn behind_a_failure(directory: String, name: String) -> Vec<String> {
    let first = refused(name);
    let last = part(directory, "never");
    first >> last;
    last
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    held(
        "order",
        [
            case_in(|scratch| in_a_row::call(scratch.display().to_string()))
                .gives(names(&["a", "b", "c"])),
            case_in(|scratch| groups::call(scratch.display().to_string()))
                .gives(names(&["a", "a", "b", "b"])),
            case_in(move |scratch| {
                whatever_it_is::call(scratch.display().to_string(), vec!["m".to_owned(); 2], true)
            })
            .gives((names(&["m", "m", "y"]), names(&["m", "m", "y", "z"]))),
            case_in(|scratch| whatever_it_is::call(scratch.display().to_string(), vec![], false))
                .gives((vec![], names(&["z"])))
                .with("nothing"),
            case_in(|scratch| made_when_it_runs::call(&scratch.display().to_string(), 3))
                .gives(names(&["0", "1", "2"])),
            case_in(|scratch| {
                behind_a_failure::call(scratch.display().to_string(), "x".to_owned())
            })
            .fails(Kind::Task, "x is refused")
            .pods(1),
        ],
    )
}
