//! Attempts: what is followed by another, and what ends a task at once.

use std::num::ParseIntError;

use flyte_runtime::{BoxError, TaskError, compat::current_context, prelude::*};

use crate::case::{Case, Kind, case, held};

/// Any error is followed by another attempt.
#[task(retries = 2)]
fn third_time(text: String, from: u64) -> Result<String, String> {
    let attempt = u64::from(current_context().attempt_number());
    match attempt < from {
        true => Err(format!("{text}: attempt {attempt} is before {from}")),
        false => Ok(format!("{text} {attempt}")),
    }
}

#[workflow]
fn side_by_side(text: String) -> Vec<String> {
    vec![
        third_time(text, 0),
        third_time(text, 1),
        third_time(text, 2),
    ]
}

/// A panic is, too.
#[task(retries = 1)]
fn panics_once(xs: Vec<f64>) -> f64 {
    let attempt = current_context().attempt_number() as usize;
    assert!(attempt < xs.len(), "index {attempt} is out of range, äöü");
    if attempt == 0 {
        panic!("nothing is there the first time");
    }
    xs[attempt]
}

#[task(retries = 3)]
fn fatal(at: u64, text: Option<String>) -> Result<u64, TaskError> {
    let attempt = u64::from(current_context().attempt_number());
    match attempt == at {
        true => Err(TaskError::fatal(text.unwrap_or("fatal".to_owned()))),
        false if attempt < at => Err(TaskError::recoverable("not yet")),
        false => Ok(attempt),
    }
}

/// Only what is marked is followed by another attempt.
#[task(retries = 3, retry_on = recoverable)]
fn as_it_is_marked(text: &str) -> Result<i64, BoxError> {
    let attempt = current_context().attempt_number();
    if attempt < 1 {
        return Err(TaskError::recoverable("the first time it fails").into());
    }
    Ok(text.parse::<i64>()?)
}

#[workflow]
fn around_it(text: String) -> (i64, String) {
    (as_it_is_marked(text), third_time(text, 1))
}

#[task(retries = 1)]
async fn of_async_code(xs: Vec<String>) -> Result<Vec<i64>, ParseIntError> {
    tokio::task::yield_now().await;
    xs.iter().map(|x| x.parse()).collect()
}

#[workflow]
fn inner(text: String) -> String {
    third_time(third_time(text, 1), 1)
}

/// The attempts are those of the tasks, wherever they are.
#[workflow]
fn inside(text: String, so: bool) -> String {
    if so { inner(text) } else { third_time(text, 2) }
}

#[dynamic]
fn graph(texts: Vec<String>) -> Vec<String> {
    let mut all = Vec::new();
    for (index, text) in texts.into_iter().enumerate() {
        all.push(third_time(text, index as u64));
    }
    all
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    held(
        "retries",
        [
            case(third_time::call("a".to_owned(), 2))
                .gives("a 2".to_owned())
                .attempts(3),
            case(third_time::call("a".to_owned(), 3))
                .fails(Kind::Task, "a: attempt 2 is before 3")
                .with("too late")
                .attempts(3),
            case(side_by_side::call("b".to_owned()))
                .gives(texts(&["b 0", "b 1", "b 2"]))
                .attempts(6),
            case(panics_once::call(vec![0.5, 1.5]))
                .gives(1.5)
                .attempts(2),
            case(panics_once::call(vec![0.5]))
                .fails(Kind::Task, "index 1 is out of range, äöü")
                .with("twice")
                .attempts(2),
            case(fatal::call(1, Some("it is over".to_owned())))
                .fails(Kind::Task, "it is over")
                .attempts(2),
            case(as_it_is_marked::call("7")).gives(7).attempts(2),
            case(around_it::call("x".to_owned()))
                .fails(Kind::Task, "invalid digit found in string"),
            case(of_async_code::call(texts(&["1", "zwei"])))
                .fails(Kind::Task, "invalid digit")
                .attempts(2),
            case(inside::call("c".to_owned(), true))
                .gives("c 1 1".to_owned())
                .attempts(4),
            case(graph::call(texts(&["x", "y", "z"])))
                .gives(texts(&["x 0", "y 1", "z 2"]))
                .attempts(7),
        ],
    )
}
