//! What a call gives is passed where something else is expected.

use std::collections::{BTreeMap, BTreeSet};

use flyte_runtime::prelude::*;

#[derive(Clone, FlyteOutputs)]
struct Parts {
    low: i64,
    name: String,
}

#[task]
fn parts(x: i64) -> Parts {
    Parts { low: x, name: x.to_string() }
}

#[task]
fn two(x: i64) -> (i64, String) {
    (x, x.to_string())
}

#[task]
fn nothing(_x: i64) {}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn length(text: &str) -> i64 {
    text.len() as i64
}

#[task]
fn total(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[task]
fn keys(of: BTreeMap<String, i64>) -> i64 {
    of.len() as i64
}

#[task]
fn distinct(of: BTreeSet<i64>) -> i64 {
    of.len() as i64
}

#[workflow]
fn outputs_for_an_integer(x: i64) -> i64 {
    square(parts(x))
}

#[workflow]
fn outputs_in_a_variable(x: i64) -> i64 {
    let both = parts(x);
    length(both)
}

#[workflow]
fn outputs_in_a_list(x: i64) -> i64 {
    total(vec![parts(x), x])
}

#[workflow]
fn outputs_in_a_map(x: i64) -> i64 {
    keys(BTreeMap::from([("a", parts(x))]))
}

#[workflow]
fn a_tuple_for_an_integer(x: i64) -> i64 {
    square(two(x))
}

#[workflow]
fn nothing_for_an_integer(x: i64) -> i64 {
    square(nothing(x))
}

#[workflow]
fn a_text_for_an_integer(x: i64) -> i64 {
    square("a")
}

#[workflow]
fn an_integer_for_a_text(x: i64) -> i64 {
    length(x)
}

#[workflow]
fn an_integer_for_a_list(x: i64) -> i64 {
    total(x)
}

#[workflow]
fn a_list_for_an_integer(xs: Vec<i64>) -> i64 {
    square(xs)
}

#[workflow]
fn a_list_for_a_set(xs: Vec<i64>) -> i64 {
    distinct(xs)
}

#[workflow]
fn texts_for_integers_in_a_map(x: i64) -> i64 {
    keys(BTreeMap::from([("a", x), ("b", two(x).1)]))
}

#[workflow]
fn an_array_of_texts_for_integers(x: i64) -> i64 {
    let names = ["a", "b"];
    total(names)
}

#[workflow]
fn the_option_of_an_integer(x: Option<i64>) -> i64 {
    square(x)
}

#[workflow]
fn cases_of_two_types(x: i64) -> i64 {
    if x > 3 { square(x) } else { "a" }
}

#[workflow]
fn arms_of_two_types(x: i64) -> i64 {
    match x {
        1 => "a",
        _ => square(x),
    }
}

#[workflow]
fn a_base_case_of_another_type(x: i64) -> i64 {
    let known = true;
    if known { "a" } else { square(x) }
}

#[workflow]
fn assigned_another_type(x: i64) -> i64 {
    let mut y = square(x);
    if x > 3 {
        y = "a";
    }
    y
}

#[workflow]
fn outputs_with_a_name_too_few(x: i64) -> i64 {
    let Parts { low } = parts(x);
    low
}

#[workflow]
fn outputs_of_one_value(x: i64) -> i64 {
    let Parts { low, .. } = square(x);
    low
}

fn main() {}
