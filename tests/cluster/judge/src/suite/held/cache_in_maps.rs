//! Results that are kept, of the elements of maps and around them.

use flyte_runtime::prelude::*;

use crate::case::{Case, case, case_in, held};

#[task(cache = "1")]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn sum_of(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

/// The second map finds three of its four elements.
#[workflow]
fn two_maps(first: Vec<i64>, second: Vec<i64>) -> (Vec<i64>, Vec<i64>) {
    let a = first.map(square);
    let b = second.map(square);
    a >> b;
    (a, b)
}

#[task(cache(version = "2", ignored_inputs(note)))]
fn noted(x: i64, note: String) -> String {
    format!("{x}{note}")
}

/// What is told besides does not count, so that the answers are those of the first.
#[workflow]
fn without_an_input(xs: Vec<i64>, note: String) -> (Vec<String>, Vec<String>) {
    let a = xs.map(|x| noted(x, note));
    let b = xs.map(|x| noted(x, "!"));
    a >> b;
    (a, b)
}

#[task(cache(version = "1", serialize))]
fn one_by_one(text: String) -> usize {
    text.chars().count()
}

#[workflow]
fn alone_and_in_a_map(text: String) -> (usize, Vec<usize>) {
    let first = one_by_one(text);
    let others = texts(text, first).map(one_by_one);
    (first, others)
}

#[task]
fn texts(text: String, length: usize) -> Vec<String> {
    let longer = text.repeat(length + 1);
    vec![text.clone(), longer, text]
}

/// A failure is not kept.
#[task(cache = "1")]
fn fails_at_first(directory: String, x: i64) -> Result<i64, String> {
    let path = std::path::Path::new(&directory).join(x.to_string());
    match path.exists() || x == 0 {
        true => Ok(x + 100),
        false => {
            std::fs::write(path, "").map_err(|error| error.to_string())?;
            Err(format!("{x} was not there"))
        }
    }
}

#[task]
fn known(all: Vec<Option<i64>>) -> Vec<i64> {
    all.into_iter().flatten().collect()
}

#[workflow]
fn of_which_some_fail(directory: String, xs: Vec<i64>) -> (Vec<i64>, Vec<i64>) {
    let first = xs.map(|x| fails_at_first(directory, x)).min_successes(1);
    let second = xs.map(|x| fails_at_first(directory, x));
    first >> second;
    (known(first), second)
}

/// A map of its own for each round, made when it runs.
#[dynamic]
fn rounds(xs: Vec<i64>) -> Vec<i64> {
    let mut sums = Vec::new();
    let mut last: Option<Promise<i64>> = None;
    for _ in 0..2 {
        let squares = xs
            .clone()
            .into_iter()
            .map(|x| square_of(x))
            .collect::<Vec<_>>();
        let sum = sum_of(squares);
        if let Some(last) = last {
            last.runs_before(&sum);
        }
        last = Some(sum);
        sums.push(sum);
    }
    sums
}

#[task(cache = "1")]
fn square_of(x: i64) -> i64 {
    x * x
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    held(
        "cache in maps",
        [
            case(two_maps::call(vec![1, 2, 3], vec![3, 1, 2, 4]))
                .gives((vec![1, 4, 9], vec![9, 1, 4, 16]))
                .pods(4),
            case(two_maps::call(vec![], vec![5]))
                .gives((vec![], vec![25]))
                .with("empty")
                .pods(1),
            case(without_an_input::call(vec![7, 8], "?".to_owned()))
                .gives((texts(&["7?", "8?"]), texts(&["7?", "8?"])))
                .pods(2),
            case(alone_and_in_a_map::call("ab".to_owned())).gives((2, vec![2, 6, 2])),
            case_in(|scratch| of_which_some_fail::call(scratch.display().to_string(), vec![0, 1]))
                .gives((vec![100], vec![100, 101])),
            case(rounds::call(vec![2, 3])).gives(vec![13, 13]),
        ],
    )
}
