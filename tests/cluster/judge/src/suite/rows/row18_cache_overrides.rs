//! Overrides of the cache of a node.

use std::{fs, path::Path};

use flyte_runtime::prelude::*;

use crate::case::{Case, case_in, row};

/// How often it has run.
#[task(cache = "1")]
fn count(dir: String, name: String) -> Result<i64, std::io::Error> {
    counted(&dir, &name)
}

#[task]
fn count_always(dir: String, name: String) -> Result<i64, std::io::Error> {
    counted(&dir, &name)
}

fn counted(dir: &str, name: &str) -> Result<i64, std::io::Error> {
    let path = Path::new(dir).join(name);
    let before = fs::read_to_string(&path).unwrap_or_default();
    fs::write(&path, format!("{before}x"))?;
    Ok(before.len() as i64 + 1)
}

/// The second call is the same as the first, and is not looked up.
#[workflow]
fn off(dir: String) -> (i64, i64) {
    let first = count(dir, "off");
    let second = count(dir, "off").with_overrides(|o| o.cache(false));
    first >> second;
    (first, second)
}

/// The second call has a version of its own.
#[workflow]
fn another_version(dir: String) -> (i64, i64, i64) {
    let first = count(dir, "version");
    let second = count(dir, "version").with_overrides(|o| o.cache("2"));
    let third = count(dir, "version");
    first >> second;
    second >> third;
    (first, second, third)
}

/// A task without a cache gets one on its nodes.
#[workflow]
fn on(dir: String) -> (i64, i64) {
    let first = count_always(dir, "on").with_overrides(|o| o.cache("1"));
    let second = count_always(dir, "on").with_overrides(|o| o.cache("1"));
    first >> second;
    (first, second)
}

/// Without overrides there is nothing to tell.
#[workflow]
fn none(dir: String) -> (i64, i64, i64) {
    let first = count(dir, "none");
    let second = count(dir, "none");
    let third = count_always(dir, "none");
    first >> second;
    second >> third;
    (first, second, third)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let because = "overrides of caches have no effect there: what the task says counts";
    row(
        18,
        [
            case_in(|dir| off::call(text(dir))).gives((1, 2)).but_there_gives::<off>((1, 1), because),
            case_in(|dir| another_version::call(text(dir)))
                .gives((1, 2, 1))
                .but_there_gives::<another_version>((1, 1, 1), because),
            case_in(|dir| on::call(text(dir))).gives((1, 1)).but_there_gives::<on>((1, 2), because),
            case_in(|dir| none::call(text(dir))).gives((1, 1, 2)),
        ],
    )
}
