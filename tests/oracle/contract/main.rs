//! Tasks that `judge.py` starts as a cluster does.

use std::{collections::BTreeMap, process::ExitCode};

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

/// The dataclass of the same name in `judge.py`.
#[derive(Clone, Debug, Serialize, Deserialize, FlyteType)]
struct Report {
    label: String,
    mean: f64,
    counts: Vec<i64>,
    note: Option<String>,
}

#[task(name = "contract.summarise")]
fn summarise(
    xs: Vec<i64>,
    label: String,
    weights: BTreeMap<String, f64>,
    flag: bool,
    note: Option<String>,
) -> (Report, i64, Vec<String>) {
    let total: i64 = xs.iter().sum();
    let weight: f64 = weights.values().sum();
    let report = Report {
        label: format!("{label} {flag}"),
        mean: total as f64 * weight,
        counts: xs,
        note,
    };
    (report, total, weights.into_keys().collect())
}

#[task(name = "contract.relabel", enable_deck)]
fn relabel(report: Report) -> Report {
    flyte_runtime::compat::current_context()
        .default_deck()
        .append("relabelled");
    Report {
        label: report.label.to_uppercase(),
        ..report
    }
}

#[task(name = "contract.fails", retries = 2)]
fn fails(how: String) -> Result<i64, Box<dyn std::error::Error + Send + Sync>> {
    match how.as_str() {
        "fatal" => Err(TaskError::fatal("no use"))?,
        "recoverable" => Err(TaskError::recoverable("try again"))?,
        "panic" => panic!("lost it"),
        other => Err(format!("plain {other}"))?,
    }
}

#[task(name = "contract.scale")]
fn scale(x: i64, by: i64) -> i64 {
    x * by
}

#[workflow(name = "contract.scales")]
fn scales(x: Vec<i64>, by: i64) -> Vec<i64> {
    x.map(|x| scale(x, by))
}

/// The graph of as many nodes as `n` says.
#[dynamic(name = "contract.unfolds")]
fn unfolds(n: i64, by: i64) -> Vec<i64> {
    (0..n).map(|x| scale(x, by)).collect::<Vec<_>>()
}

#[task(name = "contract.log")]
fn log(x: i64) {
    let _ = x;
}

#[task(name = "contract.counts")]
fn counts() -> Option<String> {
    let context = flyte_runtime::compat::current_context();
    let checkpoint = context.checkpoint().expect("the judge gives one");
    let before = checkpoint.read().expect("it can be read");
    checkpoint.write(b"kept").expect("it can be written");
    before.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Flyte 2 alone says it, beside the inputs.
#[task(name = "contract.tenant")]
fn tenant() -> Option<String> {
    let context = flyte_runtime::context::get_custom_context();
    context.get("tenant").cloned()
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
