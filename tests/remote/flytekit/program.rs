//! The program of the other tests, with workflows that use what flytekit has registered.

use std::{collections::BTreeMap, path::PathBuf};

use flyte_remote as _;
use flyte_runtime::prelude::*;

/// A task of flytekit.
#[reference_task(
    project = "flytesnacks",
    domain = "development",
    name = "theirs.repeated",
    version = "v1"
)]
fn repeated(text: String, times: i64) -> Vec<String> {
    vec![text; times as usize]
}

/// A workflow of flytekit, by its launch plan.
#[reference_launch_plan(
    project = "flytesnacks",
    domain = "development",
    name = "theirs.counted",
    version = "v1"
)]
fn counted(text: String, times: i64) -> BTreeMap<String, i64> {
    BTreeMap::from([(text, times)])
}

/// How many there are.
#[task]
fn how_many(texts: Vec<String>, counts: BTreeMap<String, i64>) -> i64 {
    texts.len() as i64 + counts.values().sum::<i64>()
}

/// A task of flytekit, then its workflow, then a task of ours.
#[workflow]
fn with_theirs(text: String, times: i64) -> (Vec<String>, i64) {
    let texts = repeated(text, times);
    (texts, how_many(texts, counted(text, times)))
}

/// The size of a file.
#[task]
fn size_of(file: PathBuf) -> Result<i64, std::io::Error> {
    Ok(i64::try_from(std::fs::metadata(file)?.len()).unwrap_or(i64::MAX))
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
