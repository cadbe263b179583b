//! What users of other engines write first, and what has to be written otherwise.

use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[derive(Clone, FlyteType)]
struct Group {
    key: String,
    files: Vec<i64>,
}

#[task]
fn batch(key: String, files: Vec<i64>) -> i64 {
    key.len() as i64 + files.len() as i64
}

#[workflow]
fn a_field_of_an_element(groups: Vec<Group>) -> Vec<i64> {
    groups.map(|group| batch(group.key, group.files))
}

#[workflow]
fn a_field_of_an_element_by_name(groups: Vec<Group>) -> Vec<i64> {
    groups.map(|group| batch(key = "a", files = group.files))
}

#[workflow]
fn a_field_of_an_element_of_two(groups: Vec<Group>, keys: Vec<String>) -> Vec<i64> {
    groups.zip(keys).map(|(group, key)| batch(key, group.files))
}

#[workflow]
fn an_element_in_a_range(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| square(if (0..3).contains(&x) { x } else { x }))
}

#[derive(FlyteOutputs)]
struct Sorted {
    small: Option<i64>,
    large: Option<i64>,
}

#[task]
fn sorted(x: i64) -> Sorted {
    Sorted { small: Some(x), large: None }
}

#[workflow]
fn an_output_taken_apart(x: i64) -> i64 {
    let Sorted { small, .. } = sorted(x);
    if let Some(small) = small { square(small) } else { x }
}

#[workflow]
fn an_output_taken_apart_by_another_name(x: i64) -> i64 {
    let Sorted { large: heavy, .. } = sorted(x);
    match heavy {
        Some(heavy) => square(heavy),
        None => x,
    }
}

#[workflow]
fn arithmetic_with_an_output(x: i64) -> i64 {
    let Sorted { small, large: _ } = sorted(x);
    square(small + 1)
}

#[dynamic]
fn a_question_about_a_value(directory: FlyteDirectory) -> i64 {
    let mut count = 0;
    for _file in directory.walk()? {
        count = square(count);
    }
    count
}

#[dynamic]
fn a_question_about_a_function(text: String) -> i64 {
    square(text.parse::<i64>()?)
}

#[workflow]
fn a_question_about_a_value_in_a_workflow() -> i64 {
    square("3".parse::<i64>()?)
}

#[dynamic]
fn a_question_about_a_call(x: i64) -> i64 {
    square(x)?
}

#[dynamic]
fn a_return_in_a_dynamic_task(xs: Vec<i64>) -> i64 {
    if xs.is_empty() {
        return square(1);
    }
    square(xs[0])
}

#[dynamic]
fn a_dropped_value_of_a_dynamic_task(x: i64) -> i64 {
    square(x);
}

#[dynamic]
fn a_type_of_a_value_in_a_dynamic_task(x: i64) -> i64 {
    let y: i64 = square(x);
    y
}

#[task]
fn filtered(names: Vec<String>, unwanted: Option<FlyteFile>) -> i64 {
    names.len() as i64 + i64::from(unwanted.is_some())
}

fn an_optional_input_that_is_left_out() {
    let _ = call!(filtered(names = Vec::<String>::new()));
}

fn main() {}
