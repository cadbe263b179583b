//! Branches: `if`, `match` and `conditional`, on values of every type that a condition may have.

use flyte_runtime::{graph::conditional, prelude::*};
use jiff::civil::{Date, date};

use crate::case::{Case, Kind, case, held};

#[task]
fn twice(x: f64) -> f64 {
    x * 2.0
}

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn is_even(x: i64) -> bool {
    x % 2 == 0
}

#[echo_task]
fn same(x: i64) -> i64;

#[echo_task]
fn say(text: String) -> String;

#[workflow]
fn of_floats(x: f64) -> f64 {
    conditional("size")
        .if_(x.gt(0.1).and(x.lt(1.0)))
        .then(|| twice(x))
        .elif_(x.ge(10.0).or(x.le(-10.0)))
        .then(|| twice(twice(x)))
        .elif_(x.ne(x))
        .then(|| twice(7.0))
        .else_()
        .fail("neither small nor large")
}

#[workflow]
fn of_texts(text: String, other: String) -> (String, String) {
    let first = match text {
        "a" | "ä" => say("one"),
        "" => say("empty"),
        "mehr Wörter" => say(other),
        _ => say(text),
    };
    let second = if text == other {
        say("the same")
    } else if text < other {
        say(other)
    } else {
        say(text)
    };
    (first, second)
}

#[workflow]
fn of_numbers(x: i64) -> i64 {
    match add(x, 0) {
        0 => same(100),
        -1 | 1 => same(101),
        i64::MIN => same(102),
        9_223_372_036_854_775_807 => same(103),
        _ => add(x, 1),
    }
}

#[workflow]
fn of_booleans(a: bool, b: bool, x: i64) -> (i64, i64, i64) {
    let both = if a && b { same(1) } else { same(2) };
    let neither = if !a && !b { same(1) } else { same(2) };
    let result = match is_even(x) {
        true => same(1),
        false => same(2),
    };
    (both, neither, result)
}

#[workflow]
fn of_results(x: i64, y: i64) -> i64 {
    let (a, b) = (add(x, y), add(x, 1));
    if a > b && is_even(a) {
        add(a, b)
    } else if a == b || !(is_even(b) && a != 3) {
        same(b)
    } else {
        same(a)
    }
}

#[task]
fn next(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

/// A variable of each case.
#[workflow]
fn variables(day: Date, x: i64) -> (Date, i64, i64) {
    let mut then = next(day);
    let mut count = same(x);
    if x >= 2 {
        then = next(then);
        count = add(count, 10);
    } else if x == 1 {
        count = add(count, 20);
    }
    (then, count, x)
}

#[workflow]
fn nested(x: i64, text: String, flag: bool) -> i64 {
    let found = if x > 0 {
        match text {
            "up" => {
                if flag {
                    add(x, 1)
                } else {
                    add(x, 2)
                }
            }
            "down" => add(x, -1),
            _ => fail("neither up nor down"),
        }
    } else {
        let y = add(x, x);
        if y < -10 { same(-10) } else { same(y) }
    };
    add(found, 1000)
}

#[workflow]
fn inner(x: i64) -> (i64, i64) {
    let up = if x < 3 { add(x, 1) } else { same(x) };
    (up, same(x))
}

/// Workflows as cases, with several outputs, of which one is not used.
#[workflow]
fn of_workflows(x: i64, y: i64) -> (i64, i64) {
    let (a, _) = if x < y { inner(x) } else { inner(y) };
    let (_, c) = if a > 2 {
        inner(a)
    } else {
        let (b, c) = inner(add(a, 10));
        inner(add(b, c))
    };
    (a, c)
}

/// Without a value; what is chosen is seen by the number of pods.
#[workflow]
fn for_the_effect(x: i64) {
    if x > 10 {
        add(x, x);
        add(x, 1);
    } else if x > 5 {
        is_even(add(x, 1));
    } else {
        same(x);
    }
}

#[workflow]
fn of_many_cases(x: i64) -> i64 {
    conditional("many")
        .if_(x.eq(0))
        .then(|| same(10))
        .elif_(x.eq(1))
        .then(|| same(11))
        .elif_(x.eq(2))
        .then(|| same(12))
        .elif_(x.eq(3))
        .then(|| same(13))
        .elif_(x.eq(4))
        .then(|| same(14))
        .elif_(x.eq(5))
        .then(|| same(15))
        .elif_(x.gt(100).and(x.lt(200)).or(x.gt(1000)))
        .then(|| same(16))
        .else_()
        .then(|| same(17))
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let text = |text: &str| text.to_owned();
    let texts = |first: &str, second: &str| (first.to_owned(), second.to_owned());
    held(
        "conditions",
        [
            case(of_floats::call(0.5)).gives(1.0).pods(1),
            case(of_floats::call(-10.0))
                .gives(-40.0)
                .with("large")
                .pods(2),
            case(of_floats::call(0.1))
                .fails(Kind::Branch, "neither small nor large")
                .with("fail")
                .pods(0),
            case(of_texts::call(text("ä"), text("b")))
                .gives(texts("one", "ä"))
                .pods(0),
            case(of_texts::call(text(""), text("b")))
                .gives(texts("empty", "b"))
                .with("empty"),
            case(of_texts::call(text("mehr Wörter"), text("mehr Wörter")))
                .gives(texts("mehr Wörter", "the same"))
                .with("the same"),
            case(of_numbers::call(-1)).gives(101).pods(1),
            case(of_numbers::call(i64::MIN)).gives(102).with("least"),
            case(of_numbers::call(i64::MAX)).gives(103).with("greatest"),
            case(of_numbers::call(2)).gives(3).with("rest").pods(2),
            case(of_booleans::call(true, false, 3)).gives((2, 2, 2)),
            case(of_booleans::call(false, false, 4))
                .gives((2, 1, 1))
                .with("neither"),
            case(of_results::call(4, 2)).gives(11),
            case(of_results::call(2, 0)).gives(3).with("second"),
            case(of_results::call(3, -1)).gives(2).with("else"),
            case(variables::call(date(2024, 2, 28), 5)).gives((date(2024, 3, 1), 15, 5)),
            case(variables::call(date(2024, 2, 28), 1))
                .gives((date(2024, 2, 29), 21, 1))
                .with("second"),
            case(variables::call(date(2024, 2, 28), 0))
                .gives((date(2024, 2, 29), 0, 0))
                .with("neither"),
            case(nested::call(1, text("up"), false)).gives(1003),
            case(nested::call(1, text("left"), true))
                .fails(Kind::Branch, "neither up nor down")
                .with("fail"),
            case(nested::call(-6, text(""), true))
                .gives(990)
                .with("else"),
            case(of_workflows::call(1, 2)).gives((2, 24)),
            case(of_workflows::call(5, 3)).gives((3, 3)).with("second"),
            case(for_the_effect::call(11)).gives(()).pods(2),
            case(for_the_effect::call(6))
                .gives(())
                .with("second")
                .pods(2),
            case(for_the_effect::call(5)).gives(()).with("else").pods(0),
            case(of_many_cases::call(5)).gives(15),
            case(of_many_cases::call(1001))
                .gives(16)
                .with("three comparisons"),
            case(of_many_cases::call(200)).gives(17).with("else"),
        ],
    )
}
