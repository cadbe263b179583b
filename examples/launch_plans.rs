//! Launch plans: a workflow with inputs given beforehand, and when a cluster starts it by itself.
//!
//! ```console
//! $ cargo run --example launch_plans -- run weekly_report
//! north: 3 sales of at least 100
//! note: kept for a cluster, and without effect on this machine: `labels`, `notifications`, `schedule` of launch plan `launch_plans.weekly_report`
//! $ cargo run --example launch_plans -- run weekly_report --region south
//! south: 1 sales of at least 100
//! note: kept for a cluster, and without effect on this machine: `labels`, `notifications`, `schedule` of launch plan `launch_plans.weekly_report`
//! $ cargo run --example launch_plans -- run weekly_report --least 5
//! error: unexpected argument '--least' found
//! ...
//! $ cargo run --example launch_plans -- run both_regions
//! north: 3 sales of at least 100, south: 1 sales of at least 100
//! note: kept for a cluster, and without effect on this machine: `labels`, `notifications`, `schedule` of launch plan `launch_plans.weekly_report`
//! $ cargo run --example launch_plans -- describe weekly_report
//! launch plan launch_plans.weekly_report
//!   at examples/launch_plans.rs:[..]
//!
//!   What the sales team reads on Mondays. `least` is fixed: it is no input of the launch plan.
//!
//! Inputs:
//!   region  string  String  default "north"
//!
//! Outputs:
//!   o0  string  String
//!
//! Options:
//!   labels         {"team":"sales"}
//!   notifications  [{"channel":"email","phases":["failed"],"recipients":["sales@example.org"]}]
//!   schedule       {"cron":{"expression":"0 6 * * mon"}}
//!
//! Nodes:
//!   n0  launch_plans.report  least = 100, region = region
//!
//! Results:
//!   o0 = n0.o0
//! ```

use flyte_runtime::prelude::*;

#[task]
fn sales(region: &str) -> Vec<i64> {
    match region {
        "north" => vec![120, 80, 300, 100],
        _ => vec![90, 140],
    }
}

#[task]
fn summary(region: &str, sales: &[i64], least: i64) -> String {
    let count = sales.iter().filter(|sale| **sale >= least).count();
    format!("{region}: {count} sales of at least {least}")
}

#[task]
fn join(first: String, second: String) -> String {
    format!("{first}, {second}")
}

// ANCHOR: report
#[workflow]
fn report(region: String, #[default(1)] least: i64) -> String {
    summary(region, sales(region), least)
}
// ANCHOR_END: report

// ANCHOR: weekly_report
/// What the sales team reads on Mondays. `least` is fixed: it is no input of the launch plan.
#[launch_plan(
    schedule = "0 6 * * mon",
    notifications(email(phases(failed), recipients("sales@example.org"))),
    labels(team = "sales")
)]
fn weekly_report(#[default("north")] region: String) -> String {
    report(region = region, least = 100)
}
// ANCHOR_END: weekly_report

// ANCHOR: both_regions
/// A launch plan is called like a workflow; on a cluster each call is an execution of its own.
#[workflow]
fn both_regions() -> String {
    join(weekly_report("north"), weekly_report("south"))
}
// ANCHOR_END: both_regions

fn main() -> ExitCode {
    flyte_runtime::main()
}
