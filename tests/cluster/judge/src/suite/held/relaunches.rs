//! Executions that are started again with the inputs that they had.

use flyte_runtime::prelude::*;

use crate::case::{Case, Kind, Seen, case, held};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task(cache = "1")]
fn slowly(x: i64, by: String) -> String {
    format!("{x}{by}")
}

#[workflow]
fn with_a_default(x: i64, #[default("!".to_owned())] by: String) -> String {
    slowly(square(x), by)
}

#[task]
fn odd(x: i64) -> Result<i64, String> {
    match x % 2 {
        0 => Err(format!("{x} is even")),
        _ => Ok(x),
    }
}

#[workflow]
fn what_fails(x: i64, y: i64) -> (i64, i64) {
    (odd(x), odd(y))
}

#[workflow]
fn gated(x: i64) -> i64 {
    let y = approve(square(x), "sure", "1h");
    square(y)
}

#[dynamic]
fn squares(xs: Vec<i64>) -> Vec<i64> {
    let mut all = Vec::new();
    for x in xs {
        all.push(square(x));
    }
    all
}

#[launch_plan]
fn fixed() -> String {
    with_a_default(x = 7, by = "?")
}

/// A task that is started alone.
#[task]
fn alone(xs: Vec<f64>, offset: Option<f64>) -> Vec<f64> {
    xs.into_iter()
        .map(|x| x + offset.unwrap_or_default())
        .collect()
}

/// The second time its result was known.
fn from_the_cache(seen: &Seen) -> Result<(), String> {
    match seen.nodes.iter().any(|node| node.cache == "CACHE_HIT") {
        true => Ok(()),
        false => Err(format!("nothing came from the cache: {:?}", seen.nodes)),
    }
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    held(
        "relaunches",
        [
            case(call!(with_a_default(x = 3)))
                .gives("9!".to_owned())
                .again()
                .check(from_the_cache),
            case(what_fails::call(1, 2))
                .fails(Kind::Task, "2 is even")
                .again(),
            case(gated::call(2)).gives(16).approve("sure").again(),
            case(squares::call(vec![1, 2]))
                .gives(vec![1, 4])
                .again()
                .pods(3),
            case(fixed::call()).gives("49?".to_owned()).again(),
            case(alone::call(vec![1.0], Some(0.5)))
                .gives(vec![1.5])
                .again()
                .pods(1),
        ],
    )
}
