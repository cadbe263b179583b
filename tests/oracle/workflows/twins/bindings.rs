//! Lists, maps and options of promises and values.

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;

#[task]
fn one() -> i64 {
    1
}

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[task]
fn join(parts: &[String]) -> String {
    parts.concat()
}

#[task]
fn table(rows: Vec<Vec<i64>>) -> i64 {
    rows.len() as i64
}

#[task]
fn total(prices: BTreeMap<String, f64>) -> f64 {
    prices.values().sum()
}

#[task]
fn price() -> f64 {
    1.0
}

#[task]
fn maybe(#[default(None)] x: Option<i64>, #[default(None)] text: Option<String>) -> Option<i64> {
    x.filter(|_| text.is_none())
}

#[task]
fn gaps(xs: Vec<Option<i64>>) -> i64 {
    xs.len() as i64
}

#[task]
fn optional_list(xs: Option<Vec<i64>>) -> i64 {
    xs.map_or(0, |xs| xs.len() as i64)
}

#[workflow]
fn list_of_promises(x: i64) -> i64 {
    sum(vec![x, one(), x])
}

#[workflow]
fn list_of_both(x: i64) -> i64 {
    sum([x, 5, one()])
}

#[workflow]
fn list_of_values() -> String {
    let _empty = sum(Vec::<i64>::new());
    join(vec!["a".to_owned(), "b".to_owned()])
}

#[workflow]
fn nested_lists(x: i64) -> i64 {
    table(vec![vec![x, one()], vec![x]])
}

#[workflow]
fn map_of_promises(x: f64) -> f64 {
    total(BTreeMap::from([("b", price()), ("a", x)]))
}

#[workflow]
fn map_of_values() -> f64 {
    total(BTreeMap::from([
        ("b".to_owned(), 2.0),
        ("a".to_owned(), 1.0),
    ]))
}

#[workflow]
fn options(x: i64, y: Option<i64>, text: Option<String>) -> Option<i64> {
    let a = maybe(x, text);
    let _b = maybe(y, Some("given"));
    let _c = maybe(Some(5), None);
    let _d = maybe();
    let _e = maybe(one(), None);
    let _f = maybe(a, None);
    a
}

#[workflow]
fn lists_of_options(x: i64) -> i64 {
    gaps(vec![Some(x), None, Some(3)])
}

#[workflow]
fn optional_lists(x: i64) -> i64 {
    let a = optional_list(Some(vec![x, 2]));
    let b = optional_list(None);
    let c = optional_list(Some(vec![1, 2]));
    sum([a, b, c])
}

#[workflow]
fn defaults_of_every_kind(
    #[default(vec![1, 2])] xs: Vec<i64>,
    #[default(Some(3))] x: Option<i64>,
    y: Option<i64>,
    #[default(BTreeMap::from([("a".to_owned(), 1.0)]))] prices: BTreeMap<String, f64>,
) -> i64 {
    let _total = total(prices);
    let _maybe = maybe(x, None);
    let _other = maybe(y, None);
    sum(xs)
}
