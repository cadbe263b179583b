//! Schedules of launch plans, and the times at which they start something.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use flyte_grammar::cron;
use flyte_idl::flyteidl::admin::{self, FixedRateUnit, schedule::ScheduleExpression};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::error::ClusterError;
use flyte_core::options::LaunchPlanOptions;

/// How many times a window may have: each is an execution.
const MOST: usize = 10_000;

/// When a launch plan of a cluster starts by itself, while it is active.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanSchedule {
    /// The input that gets the time.
    pub kickoff_time_input: Option<String>,
    when: When,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum When {
    Cron(String),
    /// A number of seconds.
    Rate(u64),
}

impl PlanSchedule {
    /// The schedule of a launch plan, if it has one.
    pub(super) fn of(spec: &admin::LaunchPlanSpec) -> Option<Self> {
        Self::read(spec.entity_metadata.as_ref()?.schedule.as_ref()?)
    }

    /// The schedule that a program declares, if it does.
    pub fn declared(options: &LaunchPlanOptions) -> Option<Self> {
        Self::read(&crate::serialize::schedule(options.schedule?))
    }

    fn read(schedule: &admin::Schedule) -> Option<Self> {
        let when = match schedule.schedule_expression.as_ref()? {
            #[expect(deprecated, reason = "old launch plans have it")]
            ScheduleExpression::CronExpression(expression) => When::Cron(expression.clone()),
            ScheduleExpression::CronSchedule(cron) => When::Cron(cron.schedule.clone()),
            ScheduleExpression::Rate(rate) => When::Rate(
                u64::from(rate.value)
                    * match rate.unit() {
                        FixedRateUnit::Minute => 60,
                        FixedRateUnit::Hour => 3600,
                        FixedRateUnit::Day => 86400,
                    },
            ),
        };
        let input = &schedule.kickoff_time_input_arg;
        Some(Self {
            kickoff_time_input: Some(input.clone()).filter(|input| !input.is_empty()),
            when,
        })
    }

    /// The times from one on and before another. Flyte's scheduler counts a fixed rate from the moment of activation,
    /// so the first of these is the beginning of the window. It does not know the offset of a cron expression, and its
    /// times are whole seconds.
    pub(super) fn times(
        &self,
        from: SystemTime,
        to: SystemTime,
    ) -> Result<Vec<SystemTime>, ClusterError> {
        let wrong =
            |problem: String| ClusterError::Setting(format!("the schedule {self} {problem}"));
        let (from, to) = (seconds(from), seconds(to));
        let times = match &self.when {
            When::Rate(0) => return Err(wrong("has no time between two starts".to_owned())),
            When::Rate(rate) => {
                let times = (from..to).step_by(usize::try_from(*rate).unwrap_or(usize::MAX));
                times.take(MOST + 1).collect()
            }
            When::Cron(expression) => {
                let values = cron::parse(expression).map_err(wrong)?;
                fired(&values, from, to)
            }
        };
        if times.len() > MOST {
            return Err(ClusterError::Setting(format!(
                "the schedule {self} has more than {MOST} times in this window; give a shorter one"
            )));
        }
        let time = |second: i64| match u64::try_from(second) {
            Ok(after) => UNIX_EPOCH + Duration::from_secs(after),
            Err(_) => UNIX_EPOCH - Duration::from_secs(second.unsigned_abs()),
        };
        Ok(times.into_iter().map(time).collect())
    }
}

impl fmt::Display for PlanSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.when {
            When::Cron(expression) => write!(f, "`{expression}`"),
            When::Rate(seconds) => {
                let (number, unit) = match seconds {
                    seconds if seconds % 86400 == 0 => (seconds / 86400, "day"),
                    seconds if seconds % 3600 == 0 => (seconds / 3600, "hour"),
                    seconds => (seconds / 60, "minute"),
                };
                match number {
                    1 => write!(f, "every {unit}"),
                    number => write!(f, "every {number} {unit}s"),
                }
            }
        }
    }
}

/// The first whole second that is not before a time, since 1970.
fn seconds(time: SystemTime) -> i64 {
    let whole = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) if after.subsec_nanos() > 0 => whole(after).saturating_add(1),
        Ok(after) => whole(after),
        Err(before) => -whole(before.duration()),
    }
}

/// The seconds since 1970 at which the values of a cron expression fire in UTC, and at most one more than is allowed.
fn fired(values: &cron::Values, from: i64, to: i64) -> Vec<i64> {
    let mut times = Vec::new();
    let date = |second| Timestamp::from_second(second).map(|at| at.to_zoned(TimeZone::UTC).date());
    let (Ok(mut date), Ok(last)) = (date(from), date(to)) else {
        return times;
    };
    let [minutes, hours, ..] = values;
    let has = |field: &Option<Vec<u32>>, value: u32| {
        field.as_ref().is_none_or(|field| field.contains(&value))
    };
    while date <= last {
        if is_day(values, date) {
            let midnight = date.to_zoned(TimeZone::UTC).map(|at| at.timestamp());
            let midnight = midnight.map_or(i64::MIN, Timestamp::as_second);
            for hour in (0..24).filter(|hour| has(hours, *hour)) {
                for minute in (0..60).filter(|minute| has(minutes, *minute)) {
                    let time = midnight + i64::from(hour * 3600 + minute * 60);
                    if (from..to).contains(&time) {
                        times.push(time);
                    }
                }
            }
        }
        let Ok(next) = date.tomorrow() else {
            break;
        };
        if times.len() > MOST {
            break;
        }
        date = next;
    }
    times
}

/// Whether anything fires on a day: with values for both kinds of days, either of them is enough.
fn is_day([.., days, months, weekdays]: &cron::Values, date: Date) -> bool {
    let number = |number: i8| u32::from(number.unsigned_abs());
    let is_in = |field: &Vec<u32>, value| field.contains(&number(value));
    if months
        .as_ref()
        .is_some_and(|months| !is_in(months, date.month()))
    {
        return false;
    }
    let weekday = date.weekday().to_sunday_zero_offset();
    match (days, weekdays) {
        (None, None) => true,
        (Some(days), None) => is_in(days, date.day()),
        (None, Some(weekdays)) => is_in(weekdays, weekday),
        (Some(days), Some(weekdays)) => is_in(days, date.day()) || is_in(weekdays, weekday),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SystemTime {
        text.parse::<Timestamp>().expect("it is a time").into()
    }

    fn times(when: When, from: &str, to: &str) -> Vec<String> {
        let schedule = PlanSchedule {
            kickoff_time_input: None,
            when,
        };
        let times = schedule.times(at(from), at(to)).expect("there are few");
        let text = |time| Timestamp::try_from(time).expect("it is a time").to_string();
        times.into_iter().map(text).collect()
    }

    fn cron(expression: &str, from: &str, to: &str) -> Vec<String> {
        times(When::Cron(expression.to_owned()), from, to)
    }

    #[test]
    fn the_beginning_of_a_window_is_in_it_and_the_end_is_not() {
        assert_eq!(
            cron("0 6 * * *", "2026-01-31T06:00:00Z", "2026-02-02T06:00:00Z"),
            ["2026-01-31T06:00:00Z", "2026-02-01T06:00:00Z"]
        );
        assert_eq!(
            cron(
                "0 6 * * *",
                "2026-01-31T06:00:00.5Z",
                "2026-02-02T06:00:01Z"
            ),
            ["2026-02-01T06:00:00Z", "2026-02-02T06:00:00Z"]
        );
        assert!(cron("* * * * *", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z").is_empty());
    }

    /// 2026-02-01 is a Sunday.
    #[test]
    fn either_kind_of_day_is_enough_where_both_are_given() {
        let (from, to) = ("2026-02-01T00:00:00Z", "2026-02-10T00:00:00Z");
        let days = |expression| {
            let times = cron(expression, from, to);
            times
                .iter()
                .map(|time| time[8..10].to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(days("0 0 3,5 * *"), ["03", "05"]);
        assert_eq!(days("0 0 * * sun"), ["01", "08"]);
        assert_eq!(days("0 0 3,5 * sun"), ["01", "03", "05", "08"]);
        assert_eq!(days("0 0 * 3 *"), <[&str; 0]>::default());
    }

    #[test]
    fn leap_days_and_times_before_1970_are_known() {
        assert_eq!(
            cron(
                "30 12 29 2 *",
                "1968-01-01T00:00:00Z",
                "1977-01-01T00:00:00Z"
            ),
            [
                "1968-02-29T12:30:00Z",
                "1972-02-29T12:30:00Z",
                "1976-02-29T12:30:00Z"
            ]
        );
    }

    #[test]
    fn a_rate_counts_from_the_beginning_of_the_window() {
        assert_eq!(
            times(
                When::Rate(5400),
                "2026-01-01T00:30:00Z",
                "2026-01-01T03:30:00Z"
            ),
            ["2026-01-01T00:30:00Z", "2026-01-01T02:00:00Z"]
        );
    }

    #[test]
    fn too_many_times_are_refused() {
        let schedule = PlanSchedule {
            kickoff_time_input: None,
            when: When::Cron("* * * * *".to_owned()),
        };
        let error = schedule.times(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
        let error = error.expect_err("there are half a million").to_string();
        assert!(
            error.ends_with("more than 10000 times in this window; give a shorter one"),
            "{error}"
        );
    }
}
