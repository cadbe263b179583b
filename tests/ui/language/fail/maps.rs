//! Maps over lists that are promises, and over lists that are known.

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[derive(Clone, FlyteType)]
struct Point {
    a: i64,
    list: Vec<i64>,
}

#[workflow]
fn a_field_of_an_element(points: Vec<Point>) -> Vec<i64> {
    points.map(|point| square(point.fields().a))
}

#[workflow]
fn a_part_of_an_element(lists: Vec<Vec<i64>>) -> Vec<i64> {
    lists.map(|list| square(list.at(0)))
}

#[workflow]
fn a_key_of_an_element(maps: Vec<std::collections::HashMap<String, i64>>) -> Vec<i64> {
    maps.map(|map| square(map.get("a")))
}

#[workflow]
fn arithmetic_with_an_element(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| square(x + 1))
}

#[workflow]
fn a_method_of_an_element(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| square(x.abs()))
}

#[workflow]
fn a_comparison_of_an_element(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| square(if x > 3 { x } else { x }))
}

#[workflow]
fn no_concurrency(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| square(x)).concurrency(0)
}

#[workflow]
fn no_concurrency_of_a_known_list() -> Vec<i64> {
    vec![1, 2].map(|x| square(x)).concurrency(0)
}

#[workflow]
fn a_whole_ratio(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(|x| square(x)).min_success_ratio(1.0)
}

#[workflow]
fn a_ratio_in_percent(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(|x| square(x)).min_success_ratio(50.0)
}

#[workflow]
fn a_ratio_that_is_a_number(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(|x| square(x)).min_success_ratio(2)
}

#[workflow]
fn a_number_that_is_a_ratio(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(|x| square(x)).min_successes(0.5)
}

#[dynamic]
fn a_whole_ratio_of_a_known_list(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(|x| square(x)).concurrency(2).min_success_ratio(1.5)
}

#[workflow]
fn a_number_and_a_ratio(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(|x| square(x)).min_successes(1).min_success_ratio(0.5)
}

#[workflow]
fn an_iterator(xs: Vec<i64>) -> Vec<i64> {
    xs.iter().map(|x| square(x))
}

#[workflow]
fn a_collected_map(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| square(x)).collect()
}

#[workflow]
fn a_summed_map(xs: Vec<i64>) -> i64 {
    xs.map(|x| square(x)).sum()
}

#[workflow]
fn a_map_of_one_value(x: i64) -> i64 {
    x.map(|y| square(y))
}

#[workflow]
fn a_map_with_a_function_of_a_type(xs: Vec<i64>) -> Vec<i64> {
    xs.map(i64::abs)
}

fn main() {}
