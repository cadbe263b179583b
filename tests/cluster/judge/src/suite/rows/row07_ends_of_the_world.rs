//! The last days that there are, secrets in variables of their own, and processes that tasks leave behind.

use std::{
    env,
    process::{Command, Stdio},
};

use flyte_runtime::prelude::*;
use jiff::{Timestamp, civil::Date};

use crate::case::{Case, case, row};

#[task]
fn day_before(day: Date) -> Result<Date, jiff::Error> {
    day.yesterday()
}

#[task]
fn last_day(year: i16) -> Result<Date, jiff::Error> {
    Date::new(year, 12, 31)
}

#[task]
fn ends(times: Vec<Timestamp>) -> Vec<Timestamp> {
    times.into_iter().rev().collect()
}

#[workflow]
fn days(day: Date) -> (Date, Date) {
    (last_day(9999), day_before(day))
}

#[workflow]
fn last_days(years: Vec<i16>) -> Vec<Date> {
    years.map(last_day)
}

#[workflow]
fn chosen(day: Date, is_last: bool) -> Date {
    if is_last { last_day(9999) } else { day_before(day) }
}

#[task(secret_requests(secret(group = "judge", key = "token", mount_requirement = env_var, env_var = "JUDGE_WORD")))]
fn word() -> String {
    env::var("JUDGE_WORD").unwrap_or_default()
}

#[workflow]
fn words(count: i64) -> (String, i64) {
    (word(), count)
}

/// The task ends, and what it has started does not.
#[task]
fn leaves_something(seconds: i64) -> Result<String, std::io::Error> {
    let left = Command::new("sleep")
        .arg(seconds.to_string())
        .stdin(Stdio::null())
        .spawn()?;
    Ok(format!("{}", left.id() > 1))
}

#[workflow]
fn left_by_elements(seconds: Vec<i64>) -> Vec<String> {
    seconds.map(leaves_something)
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let (first, last) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
    row(
        7,
        [
            case(days::call(Date::MAX)).gives((Date::MAX, Date::constant(9999, 12, 30))),
            case(last_days::call(vec![2024, 9999])).gives(vec![Date::constant(2024, 12, 31), Date::MAX]),
            case(chosen::call(Date::MAX, true)).gives(Date::MAX),
            case(ends::call(vec![first, last])).gives(vec![last, first]),
            case(words::call(2)).gives(("open sesame".to_owned(), 2)).isolated(),
            case(leaves_something::call(3600)).gives("true".to_owned()).isolated().leaves_no_process(),
            case(left_by_elements::call(vec![3601, 3602]))
                .gives(vec!["true".to_owned(); 2])
                .isolated()
                .leaves_no_process(),
        ],
    )
}
