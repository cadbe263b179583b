//! Parts of lists and maps.

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;

#[task]
fn numbers(n: i64) -> Vec<i64> {
    (0..n).collect()
}

#[task]
fn lookup(n: i64) -> BTreeMap<String, i64> {
    BTreeMap::from([("a".to_owned(), n)])
}

#[task]
fn plain(x: i64) -> i64 {
    x
}

#[workflow]
fn elements(n: i64) -> i64 {
    let a = plain(numbers(n).at(2));
    let b = plain(lookup(a).get("a"));
    plain(b)
}

#[workflow]
fn parts_of_inputs(xs: Vec<Vec<i64>>, names: BTreeMap<String, i64>) -> (i64, i64, Vec<i64>) {
    let element = plain(xs.at(1).at(0));
    (element, names.get("total"), xs.at(0))
}
