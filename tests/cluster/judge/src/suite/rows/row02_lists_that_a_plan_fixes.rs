//! Lists and maps among the inputs that a launch plan fixes.

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;

use crate::case::{Case, case, row};

#[task]
fn total(a: i64, xs: Vec<i64>) -> i64 {
    a + xs.iter().sum::<i64>()
}

#[task]
fn joined(parts: Vec<Vec<String>>, by: String) -> String {
    parts.concat().join(&by)
}

#[task]
fn shown(rates: BTreeMap<String, f64>, on: [bool; 2]) -> String {
    format!("{rates:?} {on:?}")
}

#[workflow]
fn report(a: i64, xs: Vec<i64>) -> i64 {
    total(a, xs)
}

#[launch_plan]
fn fixed() -> i64 {
    report(a = 9, xs = vec![7, 8])
}

#[workflow]
fn texts(parts: Vec<Vec<String>>, #[default("+")] by: String) -> String {
    joined(parts, by)
}

#[launch_plan]
fn fixed_texts(#[default("-")] by: String) -> String {
    texts(
        parts = vec![
            vec!["a".to_owned(), "b".to_owned()],
            vec![],
            vec!["c".to_owned()],
        ],
        by = by,
    )
}

#[workflow]
fn rates(rates: BTreeMap<String, f64>, on: [bool; 2]) -> String {
    shown(rates, on)
}

#[launch_plan]
fn fixed_rates() -> String {
    rates(
        rates = BTreeMap::from([("nl".to_owned(), 0.21), ("be".to_owned(), 0.06)]),
        on = [true, false],
    )
}

/// Each call is an execution of its own.
#[workflow]
fn callers(by: String) -> (i64, String, String) {
    (total(fixed(), vec![1]), fixed_texts(by), fixed_rates())
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let shown = r#"{"be": 0.06, "nl": 0.21} [true, false]"#;
    row(
        2,
        [
            case(fixed::call()).gives(24),
            case(fixed_texts::call("/".to_owned())).gives("a/b/c".to_owned()),
            case(fixed_rates::call()).gives(shown.to_owned()),
            case(callers::call(", ".to_owned())).gives((
                25,
                "a, b, c".to_owned(),
                shown.to_owned(),
            )),
        ],
    )
}
