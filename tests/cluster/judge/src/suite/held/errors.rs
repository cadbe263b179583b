//! Errors and panics of every kind, and what is left of the others then.

use std::{collections::BTreeMap, fmt};

use flyte_runtime::{BoxError, prelude::*};

use crate::case::{Case, Kind, case, case_in, held};

#[derive(Debug)]
struct Refused {
    what: String,
    because: BoxError,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was refused", self.what)
    }
}

impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.because)
    }
}

/// An error with causes.
#[task]
fn with_causes(what: String, number: &str) -> Result<u8, Refused> {
    number.parse().map_err(|error| {
        let because = Refused {
            what: format!("{number:?}"),
            because: Box::new(error),
        };
        Refused {
            what,
            because: Box::new(because),
        }
    })
}

#[task]
fn panics(xs: BTreeMap<String, Vec<i64>>) -> i64 {
    xs["there"][2]
}

#[task]
async fn panics_in_async_code(x: u32) -> u32 {
    tokio::task::yield_now().await;
    x.checked_sub(1).expect("below 0 there is nothing")
}

#[task]
fn without_a_text(x: i64) -> Result<i64, String> {
    match x {
        0 => Ok(x),
        _ => Err(String::new()),
    }
}

#[workflow]
fn in_a_chain(what: String, number: String) -> (u8, u32) {
    let first = with_causes(what, number);
    (first, panics_in_async_code(widened(first)))
}

#[task]
fn widened(x: u8) -> u32 {
    x.into()
}

#[workflow]
fn deep(what: String, numbers: Vec<String>) -> Vec<u8> {
    let (a, _) = in_a_chain(what, numbers.at(0));
    let (b, _) = in_a_chain(what, numbers.at(1));
    vec![a, b]
}

/// Of two that fail each text would do; only one of them can.
#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn the_rest_goes_on(directory: String, number: String) -> (u8, i64) {
    let failed = with_causes("the first", number);
    let written = written(directory, 1);
    (failed, written)
}

#[task]
fn written(directory: String, x: i64) -> Result<i64, BoxError> {
    std::fs::write(
        std::path::Path::new(&directory).join("written"),
        x.to_string(),
    )?;
    Ok(x)
}

/// What another needs, too.
#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn the_rest_of_an_inner_workflow(directory: String, number: String) -> (u8, i64, i64) {
    let (failed, first) = the_rest_goes_on(directory, number);
    (failed, first, written(directory, 2))
}

#[workflow]
fn in_cases(number: String, limit: i64) -> i64 {
    if limit > 10 {
        fail("the limit is too high, größer als 10")
    } else if limit > 5 {
        panics_for(number)
    } else {
        same(limit)
    }
}

#[task]
fn panics_for(number: String) -> i64 {
    unreachable!("nobody asks for {number}")
}

#[echo_task]
fn same(x: i64) -> i64;

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    held(
        "errors",
        [
            case(with_causes::call("it".to_owned(), "256")).fails(Kind::Task, "it was refused"),
            case(panics::call(BTreeMap::from([(
                "there".to_owned(),
                vec![1],
            )])))
            .fails(
                Kind::Task,
                "index out of bounds: the len is 1 but the index is 2",
            ),
            case(panics_in_async_code::call(0)).fails(Kind::Task, "below 0 there is nothing"),
            case(without_a_text::call(1)).fails(Kind::Task, ""),
            case(in_a_chain::call("x".to_owned(), "1".to_owned())).gives((1, 0)),
            case(in_a_chain::call("x".to_owned(), "0".to_owned()))
                .fails(Kind::Task, "below 0 there is nothing")
                .with("the last"),
            case(deep::call("x".to_owned(), texts(&["9", "a"]))).fails(Kind::Task, "x was refused"),
            case_in(|scratch| {
                the_rest_goes_on::call(scratch.display().to_string(), "x".to_owned())
            })
            .fails(Kind::Task, "the first was refused")
            .leaves("written", "1"),
            case_in(|scratch| {
                the_rest_of_an_inner_workflow::call(scratch.display().to_string(), "y".to_owned())
            })
            .fails(Kind::Task, "the first was refused")
            .pods(3),
            case(in_cases::call("x".to_owned(), 11))
                .fails(Kind::Branch, "größer als 10")
                .pods(0),
            case(in_cases::call("x".to_owned(), 6))
                .fails(Kind::Task, "nobody asks for x")
                .with("panic"),
            case(in_cases::call("x".to_owned(), 5))
                .gives(5)
                .with("else")
                .pods(0),
        ],
    )
}
