//! Executions that go on where another has failed.

use std::{fs, path::Path};

use flyte_runtime::{BoxError, prelude::*};

use crate::case::{Case, Kind, Seen, case_in, held};

/// Fails the first time for each number.
#[task]
fn second_time(directory: String, x: i64) -> Result<i64, BoxError> {
    let path = Path::new(&directory).join(x.to_string());
    if path.exists() {
        return Ok(x * 10);
    }
    fs::write(path, "")?;
    Err("the first time it fails".into())
}

/// Counts in a file how often it has run.
#[task]
fn counted(directory: String, x: i64) -> Result<i64, BoxError> {
    let path = Path::new(&directory).join("count");
    let count = fs::read(&path).unwrap_or_default().len();
    fs::write(path, vec![b'x'; count + 1])?;
    Ok(x + count as i64)
}

#[workflow]
fn one_after_the_other(directory: String, x: i64) -> (i64, i64) {
    let first = counted(directory, x);
    let second = second_time(directory, first);
    (first, counted(directory, second))
}

#[workflow]
fn part(directory: String, x: i64) -> i64 {
    second_time(directory, counted(directory, x))
}

#[workflow]
fn an_inner_workflow(directory: String, x: i64) -> i64 {
    let part = part(directory, x);
    counted(directory, part)
}

/// What runs again is the element that has failed.
#[workflow]
fn a_map(directory: String, x: i64) -> Vec<i64> {
    let xs = listed(counted(directory, x));
    xs.map(|x| second_time_unless_even(directory, x))
}

#[workflow]
fn a_map_with_a_limit(directory: String, xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| second_time_unless_even(directory, x))
        .concurrency(1)
}

#[task]
fn listed(x: i64) -> Vec<i64> {
    vec![x, x + 1, x + 2]
}

#[task]
fn second_time_unless_even(directory: String, x: i64) -> Result<i64, BoxError> {
    match x % 2 {
        0 => Ok(x),
        _ => second_time(directory, x),
    }
}

#[dynamic]
fn graph(directory: &str, xs: Vec<i64>) -> Vec<i64> {
    let mut all = Vec::new();
    for x in xs {
        all.push(second_time(directory.to_owned(), x));
    }
    all
}

#[workflow]
fn a_dynamic_task(directory: String, x: i64) -> Vec<i64> {
    let first = counted(directory, x);
    graph(directory, vec![first])
}

#[workflow]
fn a_branch(directory: String, x: i64) -> i64 {
    let first = counted(directory, x);
    if first > 3 {
        second_time(directory, counted(directory, first))
    } else {
        first
    }
}

#[workflow]
fn fails_at_first(directory: String, x: i64) -> i64 {
    second_time(directory, x)
}

#[launch_plan]
fn plan_that_fails(directory: String, x: i64) -> i64 {
    fails_at_first(directory = directory, x = x)
}

#[workflow]
fn counts(directory: String, x: i64) -> i64 {
    counted(directory, x)
}

#[launch_plan]
fn plan_that_counts(directory: String, x: i64) -> i64 {
    counts(directory = directory, x = x)
}

/// The execution that has succeeded does not run again, and the one that has failed does from its beginning.
#[workflow]
fn other_executions(directory: String, x: i64) -> i64 {
    plan_that_fails(directory, plan_that_counts(directory, x))
}

/// Here and there the files are those that the first run has written.
#[workflow]
fn with_files(directory: String, text: String) -> String {
    let file = written(text);
    read(file, second_time(directory, 7))
}

#[task]
fn written(text: String) -> Result<FlyteFile, BoxError> {
    let file = FlyteFile::create("text")?;
    file.write(text)?;
    Ok(file)
}

#[task]
fn read(file: FlyteFile, x: i64) -> Result<String, BoxError> {
    Ok(format!("{}{x}", file.read_to_string()?))
}

/// This many nodes of the workflow were taken from the execution before.
fn recovered(count: usize) -> impl Fn(&Seen) -> Result<(), String> {
    move |seen| {
        let found = seen
            .nodes
            .iter()
            .filter(|node| node.phase == "RECOVERED")
            .count();
        match found == count {
            true => Ok(()),
            false => Err(format!(
                "{found} nodes were recovered, not {count}: {:?}",
                seen.nodes
            )),
        }
    }
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let fails = "the first time it fails";
    held(
        "recoveries",
        [
            case_in(|scratch| one_after_the_other::call(scratch.display().to_string(), 5))
                .fails(Kind::Task, fails)
                .recovered::<one_after_the_other>((5, 51))
                .check(recovered(1)),
            case_in(|scratch| an_inner_workflow::call(scratch.display().to_string(), 5))
                .fails(Kind::Task, fails)
                .recovered::<an_inner_workflow>(51),
            case_in(|scratch| a_map::call(scratch.display().to_string(), 4))
                .fails(Kind::Task, fails)
                .recovered::<a_map>(vec![4, 50, 6]),
            case_in(|scratch| {
                a_map_with_a_limit::call(scratch.display().to_string(), vec![4, 5, 6])
            })
            .fails(Kind::Task, fails)
            .recovered::<a_map_with_a_limit>(vec![4, 50, 6]),
            case_in(|scratch| a_dynamic_task::call(scratch.display().to_string(), 5))
                .fails(Kind::Task, fails)
                .recovered::<a_dynamic_task>(vec![50]),
            case_in(|scratch| a_branch::call(scratch.display().to_string(), 5))
                .fails(Kind::Task, fails)
                .recovered::<a_branch>(60),
            case_in(|scratch| other_executions::call(scratch.display().to_string(), 5))
                .fails(Kind::Task, fails)
                .recovered::<other_executions>(50),
            case_in(|scratch| with_files::call(scratch.display().to_string(), "text: ".to_owned()))
                .fails(Kind::Task, fails)
                .recovered::<with_files>("text: 70".to_owned())
                .check(recovered(1)),
        ],
    )
}
