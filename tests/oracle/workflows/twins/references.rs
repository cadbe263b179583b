//! What a cluster has already.

use flyte_runtime::prelude::*;

#[reference_task(
    project = "text",
    domain = "production",
    name = "measure.length",
    version = "v2"
)]
fn length(text: String) -> i64;

#[reference_launch_plan(
    project = "web",
    domain = "production",
    name = "publish",
    version = "v7"
)]
fn publish(length: i64) -> String;

#[workflow]
fn released(text: String) -> String {
    publish(length(text))
}
