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

#[workflow]
fn measured(texts: Vec<String>) -> Vec<i64> {
    texts.map(length)
}

#[workflow]
fn half_measured(texts: Vec<String>) -> Vec<Option<i64>> {
    texts.map(length).concurrency(2).min_success_ratio(0.5)
}

#[workflow]
fn all_published(lengths: Vec<i64>) -> Vec<String> {
    lengths.map(publish)
}
