//! Gates of every type, and where they are.

use std::collections::BTreeMap;

use flyte_runtime::{prelude::*, types::Bytes};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, date},
};
use serde::{Deserialize, Serialize};

use crate::case::{Case, Expected, Kind, case, held};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
struct Order {
    what: String,
    count: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
enum Size {
    Small,
    Large,
}

#[workflow]
fn of_simple_types() -> (i64, f64, bool, String, Date, Timestamp, SignedDuration) {
    (
        wait_for_input::<i64>("integer", "1h"),
        wait_for_input::<f64>("float", "1h"),
        wait_for_input::<bool>("boolean", "1h"),
        wait_for_input::<String>("text", "1h"),
        wait_for_input::<Date>("date", "1h"),
        wait_for_input::<Timestamp>("time", "1h"),
        wait_for_input::<SignedDuration>("duration", "1h"),
    )
}

#[workflow]
fn of_compound_types() -> (Vec<String>, BTreeMap<String, f64>, Order, Size, Bytes) {
    let rates = wait_for_input::<BTreeMap<String, f64>>("rates", "1h");
    let size = wait_for_input::<Size>("size", "1h");
    (
        wait_for_input::<Vec<String>>("texts", "1h"),
        rates,
        wait_for_input::<Order>("order", "1h"),
        size,
        wait_for_input::<Bytes>("bytes", "1h"),
    )
}

#[task]
fn total(order: Order, price: f64) -> f64 {
    order.count as f64 * price
}

/// A value of one that goes to tasks, with a part of it.
#[workflow]
fn what_is_given_is_used(price: f64) -> (f64, String) {
    let order = wait_for_input::<Order>("order", "1h");
    (total(order, price), order.fields().what)
}

#[workflow]
fn approved(price: f64) -> (f64, f64) {
    let order = wait_for_input::<Order>("order", "1h");
    let sum = approve(total(order, price), "sum", "1d");
    (sum, total(order, sum))
}

#[task]
fn publish(text: String, size: Size) -> String {
    format!("{text}, {size:?}")
}

#[echo_task]
fn same(text: String) -> String;

#[task]
fn half(price: f64) -> f64 {
    price / 2.0
}

#[workflow]
fn inner(text: String) -> String {
    let size = wait_for_input::<Size>("inner size", "1h");
    publish(approve(same(text), "inner text", "1h"), size)
}

#[workflow]
fn in_inner_workflows(text: String) -> (String, String) {
    let first = inner(text);
    let pause = sleep("10ms");
    let second = publish(first, Size::Small);
    pause >> second;
    (first, second)
}

#[workflow]
fn in_cases(price: f64, limit: f64) -> f64 {
    if price > limit {
        approve(half(price), "too dear", "1h")
    } else {
        wait_for_input::<f64>("another", "1h")
    }
}

/// One for each element, made when it runs.
#[dynamic]
fn in_a_dynamic_task(texts: Vec<String>) -> Vec<String> {
    let mut all = Vec::new();
    for (index, text) in texts.into_iter().enumerate() {
        let size = wait_for_input::<Size>(format!("size {index}"), "1h");
        all.push(publish(text, size));
    }
    all
}

#[launch_plan]
fn plan_of_approved(#[default(2.0)] price: f64) -> (f64, f64) {
    approved(price = price)
}

/// Nobody says anything.
#[workflow]
fn not_answered(x: i64) -> (i64, i64) {
    let answer = wait_for_input::<i64>("silence", "1s");
    (answer, x)
}

#[workflow]
fn only_pauses(x: i64) -> i64 {
    let first = sleep("5ms");
    let second = sleep("0s");
    first >> second;
    x
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let time = Timestamp::UNIX_EPOCH;
    let order = Order {
        what: "Äpfel".to_owned(),
        count: 3,
    };
    let rates = BTreeMap::from([("nl".to_owned(), 0.21), ("".to_owned(), f64::MAX)]);
    let bytes = || Bytes(vec![0, 255]);
    held(
        "gates",
        [
            case(of_simple_types::call())
                .gives((
                    i64::MIN,
                    -0.5,
                    true,
                    "größer".to_owned(),
                    date(2024, 2, 29),
                    time,
                    SignedDuration::new(-1, -5),
                ))
                .answer("integer", i64::MIN)
                .answer("float", -0.5)
                .answer("boolean", true)
                .answer("text", "größer".to_owned())
                .answer("date", date(2024, 2, 29))
                .answer("time", time)
                .answer("duration", SignedDuration::new(-1, -5))
                .pods(0),
            case(of_compound_types::call())
                .gives((
                    vec!["a".to_owned()],
                    rates.clone(),
                    order.clone(),
                    Size::Large,
                    bytes(),
                ))
                .answer("texts", vec!["a".to_owned()])
                .answer("rates", rates)
                .answer("order", order.clone())
                .answer("size", Size::Large)
                .answer("bytes", bytes())
                .pods(0),
            case(what_is_given_is_used::call(1.5))
                .gives((4.5, "Äpfel".to_owned()))
                .answer("order", order.clone()),
            case(approved::call(0.5))
                .gives((1.5, 4.5))
                .answer("order", order.clone())
                .approve("sum"),
            case(approved::call(0.5))
                .fails(Kind::Gate, "")
                .with("refused")
                .answer("order", order.clone())
                .disapprove("sum")
                .pods(1),
            case(in_inner_workflows::call("x".to_owned()))
                .gives(("x, Large".to_owned(), "x, Large, Small".to_owned()))
                .approve("inner text")
                .answer("inner size", Size::Large),
            case(in_cases::call(2.0, 1.0))
                .gives(1.0)
                .approve("too dear")
                .pods(1),
            case(in_cases::call(2.0, 3.0))
                .gives(9.0)
                .answer("another", 9.0)
                .with("else"),
            case(in_a_dynamic_task::call(vec![
                "a".to_owned(),
                "b".to_owned(),
            ]))
            .gives(vec!["a, Small".to_owned(), "b, Large".to_owned()])
            .answer("size 0", Size::Small)
            .answer("size 1", Size::Large),
            case(call!(plan_of_approved()))
                .gives((6.0, 18.0))
                .answer("order", order)
                .approve("sum"),
            case(not_answered::call(1)).fails(Kind::Gate, "").but_there(
                Expected::Fails(Kind::TimedOut, ""),
                "the engine has one kind for all time limits",
            ),
            case(only_pauses::call(5)).gives(5).pods(0),
        ],
    )
}
