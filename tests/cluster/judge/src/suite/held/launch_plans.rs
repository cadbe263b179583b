//! Launch plans, started and called.

use flyte_runtime::prelude::*;
use jiff::{
    SignedDuration,
    civil::{Date, date},
};
use serde::{Deserialize, Serialize};

use crate::case::{Case, Kind, case, held};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Area {
    name: String,
    postcodes: Vec<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
enum Priority {
    Normal,
    Urgent,
}

#[task]
fn planned(area: Area, day: Date, priority: Priority, lasts: SignedDuration) -> String {
    format!(
        "{} {:?} on {day}, {priority:?}, {lasts}",
        area.name, area.postcodes
    )
}

#[task]
fn rounded(weight: f64, up: bool) -> f64 {
    if up { weight.ceil() } else { weight.floor() }
}

#[workflow]
fn tour(
    area: Area,
    day: Date,
    #[default(Priority::Normal)] priority: Priority,
    lasts: SignedDuration,
) -> String {
    planned(area, day, priority, lasts)
}

/// Fixed inputs of every type, and a default of the plan's own.
#[launch_plan]
fn fixed_tour(#[default(Priority::Urgent)] priority: Priority) -> String {
    tour(
        area = Area {
            name: "Süd".to_owned(),
            postcodes: vec![79100],
        },
        day = (date)(2024, 2, 29),
        priority = priority,
        lasts = SignedDuration::from_mins(90),
    )
}

/// The default of the workflow is that of the plan.
#[launch_plan]
fn tour_by_default(area: Area) -> String {
    tour(
        area = area,
        day = (date)(1970, 1, 1),
        lasts = SignedDuration::ZERO,
    )
}

#[workflow]
fn weights(
    weight: f64,
    #[default(true)] up: bool,
    #[default(None)] text: Option<String>,
) -> (f64, Option<String>) {
    (rounded(weight, up), text)
}

#[launch_plan(labels(team = "a"), annotations(note = "b"), max_parallelism = 2)]
fn with_options(weight: f64) -> (f64, Option<String>) {
    weights(weight = weight, up = false, text = Some("fixed".to_owned()))
}

#[launch_plan(
    schedule = "0 6 * * mon",
    notifications(email(phases(failed), recipients("a@example.org")))
)]
fn on_mondays() -> (f64, Option<String>) {
    weights(weight = -0.5)
}

/// Plans of one workflow beside it.
#[workflow]
fn several(weight: f64) -> (f64, f64, f64) {
    let (a, _) = with_options(weight);
    let (b, _) = on_mondays();
    let (c, _) = weights(weight, true, None);
    (a, b, c)
}

#[task]
fn refused(weight: f64) -> Result<f64, String> {
    Err(format!("{weight} kg are too much"))
}

#[workflow]
fn too_heavy(weight: f64, #[default(1)] factor: i64) -> (f64, i64) {
    (refused(weight), factor)
}

#[launch_plan]
fn plan_that_fails(weight: f64) -> (f64, i64) {
    too_heavy(weight = weight)
}

/// A failure of an execution is one of the node that has started it.
#[workflow]
fn around_one_that_fails(weight: f64) -> (f64, i64) {
    plan_that_fails(weight)
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    held(
        "launch plans",
        [
            case(call!(fixed_tour()))
                .gives("Süd [79100] on 2024-02-29, Urgent, PT1H30M".to_owned()),
            case(tour_by_default::call(Area {
                name: "N".to_owned(),
                postcodes: Vec::new(),
            }))
            .gives("N [] on 1970-01-01, Normal, PT0S".to_owned()),
            case(with_options::call(2.5)).gives((2.0, Some("fixed".to_owned()))),
            case(on_mondays::call()).gives((-0.0, None)),
            case(several::call(2.5)).gives((2.0, -0.0, 3.0)).pods(1),
            case(plan_that_fails::call(0.5)).fails(Kind::Task, "0.5 kg are too much"),
            case(around_one_that_fails::call(0.5)).fails(Kind::Task, "0.5 kg are too much"),
        ],
    )
}
