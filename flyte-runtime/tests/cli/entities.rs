//! The tasks and workflows that the tests list, describe and run.

use std::collections::BTreeMap;

use flyte_core::graph::entity::DuplicateEntity;
use flyte_runtime::{Registry, prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize, FlyteType)]
pub(crate) struct Report {
    mean: f64,
    label: String,
}

#[derive(Clone, Debug, FlyteOutputs)]
pub(crate) struct Split {
    /// The words before the last.
    words: Vec<String>,
    last: Option<String>,
}

/// Adds two numbers.
///
/// The sum is exact.
#[task(name = "t.add", retries = 2, cache = "1", requests(cpu = "500m"))]
pub(crate) fn add(
    /// The first number.
    x: i64,
    /// The second number,
    /// which may be left out.
    #[default(5)]
    y: i64,
) -> i64 {
    x + y
}

#[task(name = "t.everything")]
#[expect(clippy::too_many_arguments, reason = "one input of every type")]
pub(crate) fn everything(
    int: i64,
    small: u8,
    float: f64,
    text: String,
    flag: bool,
    list: Vec<i64>,
    map: BTreeMap<String, f64>,
    report: Report,
    maybe: Option<i64>,
    maybe_text: Option<String>,
    maybe_list: Option<Vec<i64>>,
) -> String {
    format!(
        "{int} {small} {float} {text:?} {flag} {list:?} {map:?} {report:?} {maybe:?} {maybe_text:?} {maybe_list:?}"
    )
}

/// A square, kept.
#[task(name = "t.cached", cache = "1")]
pub(crate) fn cached(x: i64) -> i64 {
    x * x
}

#[task(name = "t.echo")]
pub(crate) fn echo(text: String) -> String {
    text
}

#[task(name = "t.float")]
pub(crate) fn float(x: f64) -> f64 {
    x
}

#[task(name = "t.flag")]
pub(crate) fn flag(#[default(true)] on: bool) -> bool {
    on
}

#[task(name = "t.maybe")]
pub(crate) fn maybe(
    #[default(Some(5))] x: Option<i64>,
    text: Option<String>,
) -> (Option<i64>, Option<String>) {
    (x, text)
}

#[task(name = "t.bytes")]
pub(crate) fn bytes(xs: Vec<u8>) -> Vec<u8> {
    xs
}

#[task(name = "t.report")]
pub(crate) fn report(report: Report) -> Report {
    report
}

#[task(name = "t.split")]
pub(crate) fn split(text: String) -> Split {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let last = words.pop().filter(|last| !last.is_empty());
    Split { words, last }
}

#[task(name = "t.nothing")]
pub(crate) fn nothing() {}

#[task(name = "t.too_large")]
pub(crate) fn too_large() -> u64 {
    u64::MAX
}

#[task(name = "t.fails")]
pub(crate) fn fails(x: i64) -> Result<i64, String> {
    Err(format!("there is no {x}"))
}

#[task(name = "t.panics")]
pub(crate) fn panics(xs: Vec<i64>) -> i64 {
    assert!(xs.is_empty(), "there are {} of them", xs.len());
    0
}

/// Its inputs have the names of options.
#[task(name = "t.named")]
pub(crate) fn named(json: i64, jobs: bool, help: String, snake_case: i64, _kept: i64) -> String {
    format!("{json} {jobs} {help} {snake_case} {_kept}")
}

#[task(name = "t.tell")]
pub(crate) fn tell(x: i64, #[default(1)] weight: i64) -> i64 {
    x * weight
}

/// Adds and adds again.
#[workflow(name = "t.pipeline", on_failure = tell)]
pub(crate) fn pipeline(x: i64) -> (i64, Report) {
    let first = add(x, 1);
    let second = add(first, 7);
    let report = report(Report {
        mean: 0.5,
        label: "half".to_owned(),
    });
    second >> report;
    (sum(vec![first, second, x]), report)
}

#[task(name = "t.sum")]
pub(crate) fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[workflow(name = "t.broken_at_run_time")]
pub(crate) fn broken_at_run_time(x: i64) -> i64 {
    add(fails(add(x, 1)), 1)
}

#[workflow(name = "t.cyclic")]
pub(crate) fn cyclic(x: i64) -> i64 {
    let (a, b) = (add(x, 1), add(x, 2));
    a >> b;
    b >> a;
    a
}

#[workflow(name = "t.around_cyclic")]
pub(crate) fn around_cyclic() -> i64 {
    cyclic(1)
}

#[task(name = "other.echo")]
pub(crate) fn other_echo() {}

pub(crate) fn registry() -> Result<Registry, DuplicateEntity> {
    Registry::builder()
        .with::<add>()
        .with::<everything>()
        .with::<echo>()
        .with::<cached>()
        .with::<float>()
        .with::<flag>()
        .with::<maybe>()
        .with::<bytes>()
        .with::<report>()
        .with::<split>()
        .with::<nothing>()
        .with::<too_large>()
        .with::<fails>()
        .with::<panics>()
        .with::<named>()
        .with::<tell>()
        .with::<pipeline>()
        .with::<sum>()
        .with::<broken_at_run_time>()
        .with::<cyclic>()
        .with::<around_cyclic>()
        .with::<other_echo>()
        .build()
}

/// Two tasks with one name; only the registry of the whole program has them.
pub(crate) mod twice {
    use super::*;

    #[task(name = "t.twice")]
    fn first() {}

    #[task(name = "t.twice")]
    fn second() {}
}
