//! A program with a console, for a browser to look at and for `tests/console/figures` to measure.

use std::{thread, time::Duration};

use flyte_runtime::prelude::*;

/// What would run if any of it were taken for markup.
const PLANTED: &str =
    "</script><script>window.planted = 1</script><img src=x onerror='window.planted = 2'>";

/// A colour.
#[derive(Clone, Debug, FlyteType)]
enum Colour {
    Red,
    Green,
}

/// Says what it was given. <script>window.planted = 3</script>
#[task]
fn say(
    text: String,
    #[default(Colour::Green)] colour: Colour,
    #[default(true)] loud: bool,
    #[default("x".to_owned())] token: String,
) -> String {
    format!("{text} {colour:?} {loud} {} {PLANTED}", token.len())
}

/// Takes its time.
#[task]
fn slow(milliseconds: i64) -> i64 {
    thread::sleep(Duration::from_millis(milliseconds.unsigned_abs()));
    milliseconds
}

/// Three steps, one after the other.
#[workflow]
fn steps(milliseconds: i64) -> i64 {
    slow(slow(slow(milliseconds)))
}

#[task]
fn add(x: i64, y: i64) -> i64 {
    x + y
}

/// Waits for a person, twice.
#[workflow]
fn reviewed(x: i64) -> i64 {
    let approved = approve(slow(x), "review", "1h");
    let more = wait_for_input::<i64>("more", "1h");
    add(approved, more)
}

#[task]
fn complain(text: String) -> Result<i64, String> {
    Err(format!("{text} {PLANTED}"))
}

#[task]
fn numbers(count: i64) -> Vec<i64> {
    (0..count).collect()
}

/// Works for a hundred microseconds without sleeping.
#[task]
fn busy(number: i64) -> i64 {
    let end = std::time::Instant::now() + Duration::from_micros(100);
    while std::time::Instant::now() < end {}
    number
}

/// Waits for a part of a millisecond.
#[task]
fn paced(number: i64) -> i64 {
    thread::sleep(Duration::from_micros(750));
    number
}

#[task]
fn total(numbers: Vec<i64>) -> i64 {
    numbers.iter().sum()
}

/// As many tasks as one likes, of a hundred microseconds each.
#[workflow]
fn many(#[default(10_000)] count: i64) -> i64 {
    total(numbers(count).map(|number| busy(number)))
}

/// As many tasks as one likes, at a pace.
#[workflow]
fn stream(#[default(10_000)] count: i64) -> i64 {
    total(numbers(count).map(|number| paced(number)))
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
