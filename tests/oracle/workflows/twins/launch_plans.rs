//! Launch plans.

use flyte_runtime::prelude::*;

#[task]
fn report(region: String, least: i64) -> String {
    format!("{region}{least}")
}

#[workflow]
fn sales(region: String, #[default(1)] least: i64) -> String {
    report(region, least)
}

#[launch_plan(
    name = "twins.weekly",
    schedule = "0 6 * * 1",
    notifications(email(phases(failed, aborted), recipients("sales@example.org"))),
    labels(team = "sales"),
    annotations(owner = "me"),
    max_parallelism = 7
)]
fn weekly(#[default("north")] region: String) -> String {
    sales(region = region, least = 100)
}

#[workflow]
fn both() -> (String, String) {
    (weekly("north"), weekly("south"))
}
