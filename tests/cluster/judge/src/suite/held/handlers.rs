//! Failure handlers: what runs when a workflow has failed, and what it is told.

use flyte_runtime::{BoxError, prelude::*, types::FlyteError};

use crate::case::{Case, Kind, Seen, case_in, held};

/// Leaves a text in a file of the directory.
fn note(directory: &str, name: &str, text: &str) -> Result<(), BoxError> {
    Ok(std::fs::write(
        std::path::Path::new(directory).join(name),
        text,
    )?)
}

/// The files that the tasks have left on either side are these, and have these texts in them.
fn noted<const N: usize>(
    files: [(&'static str, &'static str); N],
) -> impl Fn(&Seen) -> Result<(), String> {
    move |seen| {
        for directory in &seen.scratch {
            for (name, part) in files {
                let text = std::fs::read_to_string(directory.join(name));
                let text = text.map_err(|error| format!("{name}: {error}"))?;
                if !text.contains(part) {
                    return Err(format!("{name} has {text:?}, and nothing of {part:?}"));
                }
            }
            let found = std::fs::read_dir(directory).map_err(|error| error.to_string())?;
            let found = found.count();
            if found != N {
                return Err(format!("there are {found} files, not {N}"));
            }
        }
        Ok(())
    }
}

#[task]
fn reciprocal(x: f64) -> Result<f64, String> {
    match x == 0.0 {
        true => Err("nothing can be divided by 0".to_owned()),
        false => Ok(1.0 / x),
    }
}

#[task]
fn clean_up(directory: String, x: f64) -> Result<(), BoxError> {
    note(&directory, "clean", &format!("x = {x}"))
}

#[workflow(on_failure = clean_up)]
fn without_the_error(directory: String, x: f64) -> f64 {
    let _unused = directory;
    reciprocal(reciprocal(x))
}

#[task]
fn tell(directory: String, x: f64, err: Option<FlyteError>) -> Result<(), BoxError> {
    let text = err.map_or_else(|| "no error".to_owned(), |error| error.to_string());
    note(&directory, "told", &format!("{x}: {text}"))
}

#[workflow(on_failure = tell)]
fn with_the_error(directory: String, x: f64) -> (f64, f64) {
    let _unused = directory;
    (reciprocal(1.0), reciprocal(x))
}

#[workflow]
fn in_two_steps(directory: String, x: f64) {
    let first = clean_up(directory, x);
    let second = tell(directory, reciprocal(4.0), None);
    first >> second;
}

#[workflow(on_failure = in_two_steps)]
fn by_a_workflow(directory: String, x: f64) -> f64 {
    let _unused = directory;
    reciprocal(x)
}

/// Both handlers run: that of the inner workflow, and the own one.
#[workflow(on_failure = clean_up)]
fn around_another(directory: String, x: f64) -> f64 {
    let (_, found) = with_the_error(directory, x);
    found
}

#[dynamic]
fn reciprocals(x: f64, n: u32) -> Vec<f64> {
    let mut all = Vec::new();
    for n in 0..n {
        all.push(reciprocal(x - f64::from(n)));
    }
    all
}

#[workflow(on_failure = tell)]
fn around_a_dynamic_task(directory: String, x: f64) -> Vec<f64> {
    let _unused = directory;
    reciprocals(x, 2)
}

/// Nothing else starts, and the handler does when what runs has ended.
#[workflow(on_failure = clean_up, failure_policy = fail_after_executable_nodes_complete)]
fn after_the_rest(directory: String, x: f64) -> f64 {
    let failed = reciprocal(x);
    let other = writes(directory, reciprocal(2.0));
    failed >> other;
    let independent = writes(directory, 5.0);
    let _ = independent;
    failed
}

#[task]
fn writes(directory: String, x: f64) -> Result<f64, BoxError> {
    note(&directory, "written", &x.to_string())?;
    Ok(x)
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let zero = "nothing can be divided by 0";
    held(
        "handlers",
        [
            case_in(|scratch| without_the_error::call(scratch.display().to_string(), 0.0))
                .fails(Kind::Task, zero)
                .check(noted([("clean", "x = 0")])),
            case_in(|scratch| without_the_error::call(scratch.display().to_string(), 4.0))
                .gives(4.0)
                .with("not needed")
                .check(noted([])),
            case_in(|scratch| with_the_error::call(scratch.display().to_string(), 0.0))
                .fails(Kind::Task, zero)
                .check(noted([("told", zero)])),
            case_in(|scratch| by_a_workflow::call(scratch.display().to_string(), 0.0))
                .fails(Kind::Task, zero)
                .check(noted([("clean", "x = 0"), ("told", "0.25: no error")])),
            case_in(|scratch| around_another::call(scratch.display().to_string(), 0.0))
                .fails(Kind::Task, zero)
                .check(noted([("told", zero), ("clean", "x = 0")])),
            case_in(|scratch| around_a_dynamic_task::call(scratch.display().to_string(), 1.0))
                .fails(Kind::Task, zero)
                .check(noted([("told", zero)])),
            case_in(|scratch| after_the_rest::call(scratch.display().to_string(), 0.0))
                .fails(Kind::Task, zero)
                .check(noted([("clean", "x = 0"), ("written", "5")])),
        ],
    )
}
