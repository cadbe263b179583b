//! Maps: one call for each element.

use std::collections::BTreeMap;

use flyte_runtime::{TaskError, prelude::*};
use serde::{Deserialize, Serialize};

use crate::case::{Case, Kind, case, held};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn even(x: i64, what: String) -> Result<i64, String> {
    match x % 2 {
        0 => Ok(x),
        _ => Err(format!("{x} is odd, {what}")),
    }
}

#[task]
fn weighted(x: i64, y: f64, z: String) -> String {
    format!("{x} {y} {z}")
}

#[task]
fn numbers(n: i64) -> Vec<i64> {
    (0..n).collect()
}

#[workflow]
fn chained(xs: Vec<i64>) -> (Vec<i64>, i64) {
    let fourth = xs.map(square).map(square);
    (fourth, fourth.at(1))
}

#[workflow]
fn three_lists(n: i64, ys: Vec<f64>, zs: Vec<String>) -> Vec<String> {
    numbers(n)
        .zip(ys)
        .zip(zs)
        .map(|((x, y), z)| weighted(x, y, z))
}

#[workflow]
fn bound_results(xs: Vec<i64>, x: i64) -> Vec<String> {
    let y = half(square(x));
    xs.map(|x| weighted(z = "fixed", x = x, y = y))
}

#[task]
fn half(x: i64) -> f64 {
    x as f64 / 2.0
}

#[workflow]
fn one_fails(xs: Vec<i64>, what: String) -> Vec<i64> {
    xs.map(|x| even(x, what))
}

/// The engine gives a list without the names of the variants, which a task knows all the same.
#[task]
fn collected(all: Vec<Option<i64>>) -> Vec<Option<i64>> {
    all
}

#[workflow]
fn some_may_fail(xs: Vec<i64>) -> Vec<Option<i64>> {
    collected(xs.map(|x| even(x, "?")).min_success_ratio(0.5))
}

#[workflow]
fn two_have_to_succeed(xs: Vec<i64>) -> Vec<Option<i64>> {
    collected(xs.map(|x| even(x, "!")).min_successes(2).concurrency(1))
}

#[task(retries = 2)]
fn at_the_third_attempt(x: i64) -> Result<u32, TaskError> {
    let attempt = flyte_runtime::compat::current_context().attempt_number();
    match x > 0 && attempt < 2 {
        true => Err(TaskError::recoverable(format!("attempt {attempt} of {x}"))),
        false => Ok(attempt),
    }
}

#[workflow]
fn retried(xs: Vec<i64>) -> Vec<u32> {
    xs.map(at_the_third_attempt)
}

#[workflow]
fn retried_more_often(xs: Vec<i64>) -> Vec<String> {
    let first = xs
        .map(at_the_fourth_attempt)
        .with_overrides(|o| o.retries(3));
    first.map(told)
}

#[task]
fn at_the_fourth_attempt(x: i64) -> Result<u32, String> {
    match flyte_runtime::compat::current_context().attempt_number() {
        3 => Ok(3),
        attempt => Err(format!("attempt {attempt} of {x}")),
    }
}

#[task]
fn told(attempt: u32) -> String {
    format!("{attempt}.")
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Person {
    name: String,
    age: Option<u8>,
}

#[task]
fn greeted(person: Person, greeting: BTreeMap<String, String>) -> Result<Person, String> {
    let name = greeting
        .get(&person.name)
        .ok_or(format!("nobody knows {}", person.name))?;
    Ok(Person {
        name: format!("{name} {}", person.name),
        age: person.age.map(|age| age + 1),
    })
}

#[workflow]
fn of_structs(people: Vec<Person>, greetings: BTreeMap<String, String>) -> (Vec<Person>, String) {
    let greeted = people.map(|person| greeted(person, greetings));
    (greeted, greeted.at(0).fields().name)
}

#[task]
fn noted(x: Option<i64>) {
    let _seen = x;
}

#[workflow]
fn without_outputs(xs: Vec<Option<i64>>, n: i64) -> i64 {
    let notes = xs.map(noted);
    let last = square(n);
    notes >> last;
    last
}

#[task]
fn lists(n: i64) -> Vec<Vec<i64>> {
    (0..n).map(|n| vec![n; n as usize]).collect()
}

#[task]
fn sum_of(xs: Vec<i64>) -> i64 {
    xs.iter().sum()
}

#[workflow]
fn of_lists(n: i64) -> Vec<i64> {
    lists(n).map(sum_of)
}

/// In cases, in inner workflows, and in graphs made when they run.
#[workflow]
fn chosen(xs: Vec<i64>, n: i64) -> Vec<i64> {
    if n > 1 {
        let more = numbers(n);
        more.map(square)
    } else {
        xs.map(|x| even(x, "x"))
    }
}

#[workflow]
fn in_inner_workflows(xs: Vec<i64>) -> (Vec<i64>, Vec<i64>) {
    let first = chosen(xs, 2);
    (first, chosen(first, 0))
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let person = |name: &str, age| Person {
        name: name.to_owned(),
        age,
    };
    let greetings = BTreeMap::from([
        ("Ana".to_owned(), "Olá".to_owned()),
        ("Bo".to_owned(), "Hej".to_owned()),
    ]);
    held(
        "maps",
        [
            case(chained::call(vec![1, 2, 3]))
                .gives((vec![1, 16, 81], 16))
                .pods(6),
            case(three_lists::call(2, vec![0.5, 1.5], texts(&["a", "b"])))
                .gives(texts(&["0 0.5 a", "1 1.5 b"])),
            case(three_lists::call(0, vec![], vec![]))
                .gives(vec![])
                .with("empty")
                .pods(1),
            case(three_lists::call(1, vec![0.5, 1.5], vec![]))
                .fails(Kind::Value, "")
                .with("other lengths"),
            case(bound_results::call(vec![7], 3))
                .gives(texts(&["7 4.5 fixed"]))
                .pods(3),
            case(one_fails::call(vec![2, 3, 4], "oh".to_owned())).fails(Kind::Task, "3 is odd, oh"),
            case(some_may_fail::call(vec![1, 2, 3, 4])).gives(vec![None, Some(2), None, Some(4)]),
            case(some_may_fail::call(vec![3, 3, 2]))
                .fails(Kind::Task, "3 is odd, ?")
                .with("too many"),
            case(two_have_to_succeed::call(vec![1, 2, 4])).gives(vec![None, Some(2), Some(4)]),
            case(retried::call(vec![0, 1])).gives(vec![0, 2]).pods(4),
            case(retried_more_often::call(vec![5]))
                .gives(texts(&["3."]))
                .pods(5),
            case(of_structs::call(
                vec![person("Bo", Some(254)), person("Ana", None)],
                greetings.clone(),
            ))
            .gives((
                vec![person("Hej Bo", Some(255)), person("Olá Ana", None)],
                "Hej Bo".to_owned(),
            )),
            case(of_structs::call(vec![person("Cy", None)], greetings))
                .fails(Kind::Task, "nobody knows Cy")
                .with("unknown"),
            case(without_outputs::call(vec![None, Some(1)], 3))
                .gives(9)
                .pods(3),
            case(of_lists::call(3)).gives(vec![0, 1, 4]).pods(4),
            case(chosen::call(vec![4], 0)).gives(vec![4]).pods(1),
            case(in_inner_workflows::call(vec![9])).fails(Kind::Task, "1 is odd, x"),
        ],
    )
}
