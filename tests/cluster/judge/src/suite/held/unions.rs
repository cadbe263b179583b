//! Options, and enums with data.

use std::collections::BTreeMap;

use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

use crate::case::{Case, case, held};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Card {
    number: String,
    limit: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum Payment {
    Nothing,
    Cents(i64),
    Share(f64),
    With(Card),
    Vouchers(Vec<String>),
    Each(BTreeMap<String, i64>),
}

#[task]
fn parsed(text: &str) -> Payment {
    if text.is_empty() {
        return Payment::Nothing;
    }
    if let Ok(cents) = text.parse() {
        return Payment::Cents(cents);
    }
    if let Ok(share) = text.parse() {
        return Payment::Share(share);
    }
    if let Some(number) = text.strip_prefix('#') {
        return Payment::With(Card {
            number: number.to_owned(),
            limit: None,
        });
    }
    let parts = text.split(',').map(str::to_owned);
    match text.strip_prefix("each:") {
        Some(people) => Payment::Each(people.split(',').map(|name| (name.to_owned(), 1)).collect()),
        None => Payment::Vouchers(parts.collect()),
    }
}

#[task]
fn told(payment: Payment) -> String {
    format!("{payment:?}")
}

#[workflow]
fn of_many_kinds(text: String) -> (Payment, String) {
    let payment = parsed(text);
    (payment, told(payment))
}

#[task]
fn told_all(payments: Vec<Payment>, last: Option<Payment>) -> Vec<String> {
    payments
        .iter()
        .chain(&last)
        .map(|payment| format!("{payment:?}"))
        .collect()
}

#[workflow]
fn in_a_list(text: String, others: Vec<Payment>) -> (Vec<String>, Vec<String>) {
    let payment = parsed(text);
    (
        told_all(vec![payment, Payment::Cents(-1), payment], payment),
        told_all(others, None),
    )
}

#[task]
fn told_if_any(payment: Option<Payment>) -> String {
    format!("{payment:?}")
}

/// Two variants of the type take an absent value, which is the default.
#[workflow]
fn perhaps_paid(payment: Option<Payment>) -> String {
    told_if_any(payment)
}

#[task]
fn first(numbers: Vec<i64>) -> Option<i64> {
    numbers.first().copied()
}

#[task]
fn or_else(number: Option<i64>, other: i64) -> i64 {
    number.unwrap_or(other)
}

/// What is there for sure goes where it may be missing.
#[workflow]
fn options(numbers: Vec<i64>, other: i64) -> (Option<i64>, i64, i64, i64) {
    let found = first(numbers);
    (
        found,
        or_else(found, other),
        or_else(other, 1),
        or_else(None, or_else(Some(5), 6)),
    )
}

#[task]
fn of_texts(text: Option<String>, more: Vec<Option<String>>) -> BTreeMap<String, Option<String>> {
    let more = more
        .into_iter()
        .enumerate()
        .map(|(index, text)| (index.to_string(), text));
    more.chain([("first".to_owned(), text)]).collect()
}

#[workflow]
fn values_of_a_map(text: Option<String>, more: Vec<Option<String>>) -> Option<String> {
    let all = of_texts(text, more);
    all.get("first")
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum NumberOrName {
    Number(i64),
    Name(String),
}

#[task]
fn exchanged(either: NumberOrName) -> Option<NumberOrName> {
    match either {
        NumberOrName::Number(0) => None,
        NumberOrName::Number(number) => Some(NumberOrName::Name(number.to_string())),
        NumberOrName::Name(name) => name.parse().ok().map(NumberOrName::Number),
    }
}

/// A variant that a task gives where one of more variants is taken.
#[workflow]
fn exchanged_twice(either: NumberOrName) -> (Option<NumberOrName>, Vec<Option<NumberOrName>>) {
    let once = exchanged(either);
    (once, again(once))
}

#[task]
fn again(either: Option<NumberOrName>) -> Vec<Option<NumberOrName>> {
    vec![either.clone(), either.and_then(exchanged)]
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let vouchers = Payment::Vouchers(vec!["a".to_owned(), "ü".to_owned()]);
    let told_vouchers = r#"Vouchers(["a", "ü"])"#.to_owned();
    let card = Payment::With(Card {
        number: "7".to_owned(),
        limit: None,
    });
    let number = |number| Some(NumberOrName::Number(number));
    let name = |name: &str| Some(NumberOrName::Name(name.to_owned()));
    held(
        "unions",
        [
            case(of_many_kinds::call(String::new()))
                .gives((Payment::Nothing, "Nothing".to_owned()))
                .with("nothing"),
            case(of_many_kinds::call("-7".to_owned()))
                .gives((Payment::Cents(-7), "Cents(-7)".to_owned())),
            case(of_many_kinds::call("7.0".to_owned()))
                .gives((Payment::Share(7.0), "Share(7.0)".to_owned()))
                .with("whole float"),
            case(of_many_kinds::call("#7".to_owned()))
                .gives((
                    card,
                    r#"With(Card { number: "7", limit: None })"#.to_owned(),
                ))
                .with("struct"),
            case(of_many_kinds::call("a,ü".to_owned()))
                .gives((vouchers, told_vouchers))
                .with("list"),
            case(of_many_kinds::call("each:a".to_owned()))
                .gives((
                    Payment::Each(BTreeMap::from([("each:a".replace("each:", ""), 1)])),
                    r#"Each({"a": 1})"#.to_owned(),
                ))
                .with("map"),
            case(in_a_list::call(
                "3".to_owned(),
                vec![Payment::Nothing, Payment::Vouchers(Vec::new())],
            ))
            .gives((
                ["Cents(3)", "Cents(-1)", "Cents(3)", "Cents(3)"]
                    .map(str::to_owned)
                    .to_vec(),
                vec!["Nothing".to_owned(), "Vouchers([])".to_owned()],
            )),
            case(perhaps_paid::call(None)).gives("None".to_owned()),
            case(perhaps_paid::call(Some(Payment::Cents(3))))
                .gives("Some(Cents(3))".to_owned())
                .with("some"),
            case(options::call(vec![], 9)).gives((None, 9, 9, 5)),
            case(options::call(vec![4, 3], 9))
                .gives((Some(4), 4, 9, 5))
                .with("found"),
            case(of_texts::call(None, vec![Some(String::new()), None])).gives(BTreeMap::from([
                ("0".to_owned(), Some(String::new())),
                ("1".to_owned(), None),
                ("first".to_owned(), None),
            ])),
            case(values_of_a_map::call(Some("x".to_owned()), Vec::new()))
                .gives(Some("x".to_owned())),
            case(values_of_a_map::call(None, vec![Some("x".to_owned())]))
                .gives(None)
                .with("none"),
            case(exchanged_twice::call(NumberOrName::Number(12)))
                .gives((name("12"), vec![name("12"), number(12)])),
            case(exchanged_twice::call(NumberOrName::Name("x".to_owned())))
                .gives((None, vec![None, None]))
                .with("none"),
        ],
    )
}
