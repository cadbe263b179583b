//! Attempts: errors that another attempt may mend, errors that it cannot, time limits, checkpoints, and handlers.

use std::{path::Path, process};

use flyte_runtime::{BoxError, TaskError, compat::current_context, prelude::*, types::FlyteError};

/// Fails for good at one attempt, and before it in a way that another attempt may mend.
#[task(retries = 3)]
pub fn fatal_at(at: i64) -> Result<i64, TaskError> {
    let attempt = i64::from(current_context().attempt_number());
    match attempt {
        attempt if attempt == at => Err(TaskError::fatal(format!("fatal at attempt {at}"))),
        0 => Err(TaskError::recoverable("not at first")),
        attempt => Ok(attempt),
    }
}

/// An error of either kind.
#[workflow]
pub fn either_kind(at: i64) -> i64 {
    fatal_at(at)
}

/// Never succeeds.
#[task(retries = 1)]
pub fn never(text: String) -> Result<String, String> {
    Err(format!("{text} never succeeds"))
}

/// All attempts fail.
#[workflow]
pub fn exhausted(text: String) -> String {
    never(text)
}

/// Panics.
#[task]
pub fn element(xs: Vec<i64>, index: usize) -> i64 {
    assert!(index < xs.len(), "there is no element {index}");
    xs[index]
}

/// A panic of a task.
#[workflow]
pub fn panics(xs: Vec<i64>) -> i64 {
    element(xs, 7)
}

/// Takes too long, unless it is told not to.
#[task(timeout = "10s")]
pub async fn without_end(text: String) -> String {
    if text != "at once" {
        std::future::pending::<()>().await;
    }
    text
}

/// A time limit.
#[workflow]
pub fn limited(text: String) -> String {
    without_end(text)
}

/// The first attempt takes too long, and another follows.
#[task(timeout = "10s", retries = 1)]
pub async fn late_at_first(x: i64) -> i64 {
    match current_context().attempt_number() {
        0 => std::future::pending::<i64>().await,
        _ => x,
    }
}

/// A time limit that another attempt keeps.
#[workflow]
pub fn in_time_at_last(x: i64) -> i64 {
    late_at_first(x)
}

/// Goes on where the attempt before has ended.
#[task(retries = 3)]
pub fn in_steps(steps: usize) -> Result<usize, BoxError> {
    let me = current_context();
    let checkpoint = me.checkpoint()?;
    let mut done = checkpoint.read()?.unwrap_or_default();
    done.push(1);
    checkpoint.write(&done)?;
    match done.len() < steps {
        true => Err(format!("{} of {steps} steps are done", done.len()).into()),
        false => Ok(done.len()),
    }
}

/// Checkpoints of two tasks.
#[workflow]
pub fn kept_between(steps: usize) -> (usize, usize) {
    (in_steps(steps), in_steps(1))
}

/// Its process ends at first.
#[task(retries = 1)]
pub fn dies_at_first(x: i64) -> i64 {
    if current_context().attempt_number() == 0 {
        process::abort();
    }
    x
}

/// A process that dies is a failed attempt.
#[workflow]
pub fn survived(x: i64) -> i64 {
    dies_at_first(x)
}

/// Cannot divide by zero.
#[task]
pub fn reciprocal(x: f64) -> Result<f64, String> {
    match x == 0.0 {
        true => Err("nothing can be divided by 0".to_owned()),
        false => Ok(1.0 / x),
    }
}

/// Leaves what it is told in a file.
#[task]
pub fn tell(directory: String, x: f64, err: Option<FlyteError>) -> Result<(), BoxError> {
    let text = err.map_or_else(|| "no error".to_owned(), |error| error.to_string());
    Ok(std::fs::write(
        Path::new(&directory).join("told"),
        format!("{x}: {text}"),
    )?)
}

/// A handler runs when it fails.
#[workflow(on_failure = tell)]
pub fn handled(directory: String, x: f64) -> (f64, f64) {
    let _unused = directory;
    (reciprocal(1.0), reciprocal(x))
}

/// Results that are kept, of elements, too.
#[task(cache(version = "1", ignored_inputs(note)))]
pub fn noted(x: i64, note: String) -> String {
    format!("{x}{note}")
}

/// The second map finds the results of the first.
#[workflow]
pub fn found_again(xs: Vec<i64>, note: String) -> (Vec<String>, Vec<String>) {
    let first = xs.map(|x| noted(x, note));
    let second = xs.map(|x| noted(x, "!"));
    first >> second;
    (first, second)
}

/// Fails the first time that it is given a directory.
#[task]
pub fn second_time_there(directory: String, x: i64) -> Result<i64, BoxError> {
    let path = Path::new(&directory).join("was-here");
    if path.exists() {
        return Ok(x * 10);
    }
    std::fs::write(path, "")?;
    Err("it fails the first time".into())
}

/// Counts in a file how often it has run.
#[task]
pub fn counted(directory: String, x: i64) -> Result<i64, BoxError> {
    let path = Path::new(&directory).join("count");
    let count = std::fs::read(&path).unwrap_or_default().len();
    std::fs::write(path, vec![b'x'; count + 1])?;
    Ok(x + count as i64)
}

/// What has succeeded does not run again when it is recovered.
#[workflow]
pub fn recoverable(directory: String, x: i64) -> (i64, i64) {
    let first = counted(directory, x);
    (first, second_time_there(directory, first))
}
