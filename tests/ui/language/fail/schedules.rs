//! Schedules that Flyte does not accept.

use flyte_runtime::prelude::*;

#[task]
fn clean(x: i64) -> i64 {
    x
}

#[workflow]
fn cleaned(#[default(1)] x: i64) -> i64 {
    clean(x)
}

#[launch_plan(schedule = "@midnight")]
fn an_alias_of_another_cron() -> i64 {
    cleaned(x = 2)
}

#[launch_plan(schedule = "0 0 * * 7")]
fn sunday_as_seven() -> i64 {
    cleaned(x = 2)
}

#[launch_plan(schedule = "daily at 6")]
fn words() -> i64 {
    cleaned(x = 2)
}

#[launch_plan(schedule = "0 6 31 2 *")]
fn a_day_that_no_month_has() -> i64 {
    cleaned(x = 2)
}

fn main() {}
