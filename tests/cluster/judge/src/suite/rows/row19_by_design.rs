//! What the engine does otherwise: time limits of dynamic tasks, numbers that are none, handlers that fail, types of
//! empty lists, retries that are taken away, gates of options, long durations, and times in structs.

use std::{fs, fs::OpenOptions, io::Write as _, path::Path, thread, time::Duration};

use flyte_runtime::{prelude::*, remote::literal::to_proto, types::Literal};
use jiff::{SignedDuration, civil::{Date, date}};

use crate::case::{Case, Expected, Kind, case, case_in, row};

#[task]
fn waits(seconds: u64) -> u64 {
    thread::sleep(Duration::from_secs(seconds));
    seconds
}

/// Building takes no time, and the nodes take longer than the limit.
#[dynamic(timeout = "10s")]
fn built_within_a_limit(seconds: u64) -> u64 {
    waits(seconds)
}

#[workflow]
fn calls_it(seconds: u64) -> u64 {
    built_within_a_limit(seconds)
}

#[task]
fn ratio(a: f64, b: f64) -> f64 {
    a / b
}

#[task]
fn one(x: i64) -> i64 {
    x + 1
}

#[workflow]
fn not_a_number(a: f64, b: f64) -> i64 {
    if ratio(a, b) <= 1.0 { one(0) } else { one(1) }
}

#[workflow]
fn other_numbers(a: f64, b: f64) -> (i64, f64) {
    let found = ratio(a, b);
    let chosen = if found > 1.0 { one(0) } else { one(1) };
    (chosen, found)
}

#[task]
fn fails(text: String) -> Result<i64, String> {
    Err(format!("{text} fails"))
}

/// It never succeeds.
#[task]
fn handles_badly(text: String) -> Result<(), String> {
    Err(format!("the handler of {text} fails"))
}

#[workflow(on_failure = handles_badly)]
fn a_handler_that_fails(text: String) -> i64 {
    fails(text)
}

/// It succeeds the second time.
#[task(retries = 1)]
fn handles(text: String, dir: String) -> Result<(), String> {
    if ctx().is_some_and(|context| context.attempt_number() == 0) {
        return Err(format!("the handler of {text} fails"));
    }
    fs::write(Path::new(&dir).join("handled"), text).map_err(|error| error.to_string())
}

#[workflow(on_failure = handles)]
fn a_handler_that_fails_once(text: String, dir: String) -> i64 {
    let _dir = dir;
    fails(text)
}

#[task]
fn nested(xs: Vec<Vec<Vec<i64>>>) -> usize {
    xs.iter().flatten().flatten().count()
}

#[workflow]
fn nested_lists(xs: Vec<Vec<Vec<i64>>>) -> usize {
    nested(xs)
}

#[launch_plan]
fn plan_of_nested_lists(xs: Vec<Vec<Vec<i64>>>) -> usize {
    nested_lists(xs = xs)
}

/// Nobody starts an execution with this, not even the engine.
#[workflow]
fn starts_with_a_constant(x: i64) -> (usize, i64) {
    let count = plan_of_nested_lists(vec![vec![vec![]], vec![vec![1]]]);
    (count, one(x))
}

/// A task is given it.
#[workflow]
fn given_to_a_task(x: i64) -> (usize, i64) {
    (nested(vec![vec![vec![]], vec![vec![1]]]), one(x))
}

/// Leaves a line for each attempt.
#[task(retries = 2)]
fn fails_each_time(dir: String) -> Result<i64, String> {
    let file = OpenOptions::new().create(true).append(true).open(Path::new(&dir).join("attempts"));
    let written = file.and_then(|mut file| file.write_all(b"one\n"));
    written.map_err(|error| error.to_string())?;
    Err("each attempt fails".to_owned())
}

#[workflow]
fn without_retries(dir: String) -> i64 {
    fails_each_time(dir).with_overrides(|o| o.retries(0))
}

#[workflow]
fn waits_for_an_option(x: i64) -> (Option<i64>, i64) {
    (wait_for_input::<Option<i64>>("maybe", "1h"), one(x))
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum Answer {
    Number(i64),
    Word(String),
}

#[workflow]
fn waits_for_one_of_several(x: i64) -> (Answer, i64) {
    (wait_for_input::<Answer>("which", "1h"), one(x))
}

#[task]
fn or_longer(by: SignedDuration, other: SignedDuration) -> SignedDuration {
    by.max(other)
}

const LONG: SignedDuration = SignedDuration::from_hours(300 * 366 * 24);

#[workflow]
fn a_long_constant(by: SignedDuration) -> SignedDuration {
    or_longer(by, LONG)
}

#[workflow]
fn a_long_default(#[default(LONG)] by: SignedDuration, x: i64) -> (SignedDuration, i64) {
    (or_longer(by, SignedDuration::ZERO), one(x))
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Visit {
    day: Date,
    takes: SignedDuration,
}

#[task]
fn visit(day: Date) -> Visit {
    Visit {
        day,
        takes: SignedDuration::from_secs(90),
    }
}

#[workflow]
fn a_day_in_a_struct(day: Date) -> Date {
    visit(day).fields().day
}

#[workflow]
fn a_duration_in_a_struct(day: Date) -> (SignedDuration, Visit) {
    let visit = visit(day);
    (visit.fields().takes, visit)
}

#[task]
fn same_day(day: Date) -> Date {
    day
}

/// It has its own type again when a task has given it.
#[workflow]
fn a_day_through_a_task(day: Date) -> (Date, i64) {
    (same_day(visit(day).fields().day), one(1))
}

fn attempts_of(directory: &Path) -> usize {
    let text = fs::read_to_string(directory.join("attempts"));
    text.map_or(0, |text| text.lines().count())
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    row(
        19,
        [
            case(calls_it::call(25)).gives(25).but_there(
                Expected::Fails(Kind::TimedOut, ""),
                "the limit of a dynamic task is that of its nodes, too",
            ),
            case(not_a_number::call(0.0, 0.0)).gives(2).but_there_gives::<not_a_number>(
                1,
                "a number that is none is less than, equal to and more than every other",
            ),
            case(not_a_number::call(-1.0, 0.0)).gives(1).with("infinite"),
            case(other_numbers::call(0.0, -1.0)).gives((2, -0.0)),
            case(a_handler_that_fails::call("it".to_owned())).fails(Kind::Task, "it fails"),
            case_in(|dir| a_handler_that_fails_once::call("it".to_owned(), dir.display().to_string()))
                .fails(Kind::Task, "it fails")
                // A cluster does not try a handler again.
                .check(|seen| match seen.scratch.each_ref().map(|scratch| scratch.join("handled").exists()) {
                    [true, false] => Ok(()),
                    handled => Err(format!("handled here and there: {handled:?}")),
                }),
            case(nested_lists::call(vec![vec![vec![1, 2]], vec![vec![3]]])).gives(3),
            case(nested_lists::call(vec![vec![vec![]], vec![vec![1]]])).gives(1).with("empty first").but_there(
                Expected::Refused("wrong type"),
                "a list whose first item is empty is not known to be of a type",
            ),
            case(starts_with_a_constant::call(1)).gives((1, 2)).but_there(
                Expected::Fails(Kind::Other("RuntimeExecutionError".to_owned()), "invalid xs input wrong type"),
                "the engine starts an execution with the constant",
            ),
            case(given_to_a_task::call(1)).gives((1, 2)),
            case_in(|dir| without_retries::call(dir.display().to_string()))
                .fails(Kind::Task, "each attempt fails")
                .check(|seen| match seen.scratch.each_ref().map(|scratch| attempts_of(scratch)) {
                    // The retries of the task, whatever the node says.
                    [1, 3] => Ok(()),
                    attempts => Err(format!("attempts here and there: {attempts:?}")),
                }),
            case(waits_for_an_option::call(1)).gives((Some(3), 2)).answer("maybe", Some(3_i64)).but_there(
                Expected::Refused("not castable"),
                "nobody says which variant the answer is",
            ),
            case(waits_for_one_of_several::call(1))
                .gives((Answer::Word("yes".to_owned()), 2))
                .answer("which", Answer::Word("yes".to_owned()))
                .but_there(Expected::Refused("not castable"), "an answer is one variant, and not all of them"),
            case(a_long_constant::call(SignedDuration::ZERO)).gives(LONG).but_there(
                Expected::Fails(Kind::Other("Internal".to_owned()), "invalid duration"),
                "Go has no duration of more than 292 years",
            ),
            case(call!(a_long_default(x = 1))).gives((LONG, 2)).but_there(
                Expected::Fails(Kind::Other("Internal".to_owned()), "invalid duration"),
                "Go has no duration of more than 292 years",
            ),
            case(a_day_in_a_struct::call(date(2024, 2, 29))).gives(date(2024, 2, 29)).but_there(
                Expected::Gives(
                    [("o0".to_owned(), to_proto(&Literal::string("2024-02-29")))].into(),
                ),
                "what is in a struct is a text",
            ),
            case(a_duration_in_a_struct::call(date(2024, 2, 29))).succeeds().but_there(
                Expected::Succeeds,
                "what is in a struct is a text",
            ),
            case(a_day_through_a_task::call(date(2024, 2, 29))).gives((date(2024, 2, 29), 2)),
        ],
    )
}
