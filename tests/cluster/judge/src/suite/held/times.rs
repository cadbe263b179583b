//! Points in time, days and durations.

use std::time::{Duration, SystemTime};

use flyte_runtime::prelude::*;
use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{Date, DateTime, date},
};

use crate::case::{Case, Kind, case, held};

#[task]
fn later(time: Timestamp, by: SignedDuration) -> Result<Timestamp, jiff::Error> {
    time.checked_add(by)
}

#[task]
fn between(from: Timestamp, to: Timestamp) -> SignedDuration {
    to.duration_since(from)
}

#[workflow]
fn there_and_back(time: Timestamp, by: SignedDuration) -> (Timestamp, SignedDuration) {
    let then = later(time, by);
    (then, between(then, time))
}

#[task]
fn next_day(day: Date) -> Result<Date, jiff::Error> {
    day.tomorrow()
}

#[task]
fn days(from: Date, to: Date) -> Result<i64, jiff::Error> {
    Ok(i64::from(from.until(to)?.get_days()))
}

#[workflow]
fn over_days(day: Date) -> (Date, i64) {
    let third = next_day(next_day(day));
    (third, days(day, third))
}

#[task]
fn without_a_zone(time: DateTime, waits: Duration) -> Result<(DateTime, Date), jiff::Error> {
    let time = time.checked_add(waits)?;
    Ok((time, time.date()))
}

#[task]
fn of_the_standard_library(time: SystemTime, waits: Duration) -> Option<SystemTime> {
    time.checked_add(waits)
}

/// One that is below zero is none of `std`.
#[task]
fn doubled(waits: Duration) -> Duration {
    waits * 2
}

#[workflow]
fn a_positive_one(from: Timestamp, to: Timestamp) -> Duration {
    doubled(as_positive(between(from, to)))
}

#[task]
fn as_positive(duration: SignedDuration) -> Result<Duration, String> {
    Duration::try_from(duration).map_err(|_| format!("{duration} is negative"))
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Visit {
    day: Date,
    at: Vec<Timestamp>,
    takes: Option<SignedDuration>,
}

#[task]
fn moved(visit: Visit, days: i64) -> Result<Visit, jiff::Error> {
    Ok(Visit {
        day: visit.day.checked_add(days.days())?,
        takes: None,
        ..visit
    })
}

#[workflow]
fn in_a_struct(visit: Visit) -> (Visit, Date, i64) {
    let moved = moved(visit, 1);
    (
        moved,
        next_day(moved.fields().day),
        days(visit.fields().day, moved.fields().day),
    )
}

/// Defaults and constants of the source.
#[workflow]
fn of_the_source(
    #[default(Timestamp::UNIX_EPOCH)] time: Timestamp,
    #[default(SignedDuration::new(-1, -1))] by: SignedDuration,
    #[default(vec![date(2000, 2, 29)])] days: Vec<Date>,
) -> (Timestamp, Date) {
    (
        later(later(time, by), SignedDuration::from_millis(1)),
        next_day(days.at(0)),
    )
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let time = |text: &str| text.parse::<Timestamp>().unwrap_or(Timestamp::MAX);
    let (begin, nanosecond) = (
        time("1969-12-31T23:59:59.999999999Z"),
        SignedDuration::from_nanos(1),
    );
    let visit = Visit {
        day: date(2024, 2, 28),
        at: vec![time("2024-02-28T09:30:00.000001Z"), begin],
        takes: Some(SignedDuration::from_secs(-90)),
    };
    let moved = Visit {
        day: date(2024, 2, 29),
        takes: None,
        ..visit.clone()
    };
    held(
        "times",
        [
            case(there_and_back::call(begin, nanosecond))
                .gives((Timestamp::UNIX_EPOCH, -nanosecond)),
            case(there_and_back::call(
                time("9999-12-30T22:00:00Z"),
                SignedDuration::from_secs(2),
            ))
            .fails(Kind::Task, "")
            .with("too far"),
            case(over_days::call(date(1999, 12, 31))).gives((date(2000, 1, 2), 2)),
            case(over_days::call(date(1, 1, 1)))
                .gives((date(1, 1, 3), 2))
                .with("the first"),
            case(without_a_zone::call(
                date(2024, 2, 28).at(23, 59, 59, 5),
                Duration::from_millis(1_000),
            ))
            .gives((date(2024, 2, 29).at(0, 0, 0, 5), date(2024, 2, 29))),
            case(of_the_standard_library::call(
                SystemTime::UNIX_EPOCH,
                Duration::new(1, 2),
            ))
            .gives(SystemTime::UNIX_EPOCH.checked_add(Duration::new(1, 2))),
            case(a_positive_one::call(begin, time("1970-01-01T00:00:01Z")))
                .gives(Duration::new(2, 2)),
            case(a_positive_one::call(time("1970-01-01T00:00:01Z"), begin))
                .fails(Kind::Task, "is negative")
                .with("negative"),
            case(in_a_struct::call(visit)).gives((moved, date(2024, 3, 1), 1)),
            case(call!(of_the_source())).gives((
                time("1969-12-31T23:59:58.999999999Z")
                    .checked_add(SignedDuration::from_millis(1))
                    .unwrap_or(Timestamp::MAX),
                date(2000, 3, 1),
            )),
        ],
    )
}
