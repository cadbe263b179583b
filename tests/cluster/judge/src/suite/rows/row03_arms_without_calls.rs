//! Arms without a call, and workflows without nodes.

use flyte_runtime::prelude::*;

use crate::case::{Case, case, row};

#[task]
fn with_tax(price: i64, percent: i64) -> i64 {
    price + price * percent / 100
}

#[task]
fn note(text: String) {
    let _seen = text;
}

/// The commonest form: nothing happens in the other case.
#[workflow]
fn without_else(text: String, is_loud: bool) {
    if is_loud {
        note(text);
    }
}

#[workflow]
fn the_rest_as_it_is(country: String, price: i64) -> i64 {
    match country {
        "NL" => with_tax(price, 20),
        _ => price,
    }
}

#[workflow]
fn a_constant(x: i64) -> i64 {
    if x > 3 { with_tax(x, 10) } else { 5 }
}

#[workflow]
fn a_variable_left_as_it_was(price: i64, country: String) -> i64 {
    let mut total = with_tax(price, 1);
    if country == "NL" {
        total = with_tax(total, 20);
    }
    with_tax(total, 100)
}

#[workflow]
fn same(x: i64) -> i64 {
    x
}

#[workflow]
fn exchanged(x: i64, text: String) -> (String, i64, bool) {
    (text, x, true)
}

#[workflow]
fn calls_of_what_has_no_nodes(x: i64) -> (i64, i64) {
    let y = same(with_tax(x, 50));
    (same(same(y)), y)
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    row(
        3,
        [
            case(without_else::call("hey".to_owned(), true))
                .gives(())
                .pods(1),
            case(without_else::call("hey".to_owned(), false))
                .gives(())
                .pods(0)
                .with("else"),
            case(the_rest_as_it_is::call("NL".to_owned(), 100)).gives(120),
            case(the_rest_as_it_is::call("DE".to_owned(), 100))
                .gives(100)
                .pods(0)
                .with("rest"),
            case(a_constant::call(10)).gives(11),
            case(a_constant::call(3)).gives(5).with("constant"),
            case(a_variable_left_as_it_was::call(100, "NL".to_owned()))
                .gives(242)
                .pods(3),
            case(a_variable_left_as_it_was::call(100, "DE".to_owned()))
                .gives(202)
                .pods(2)
                .with("as it was"),
            case(same::call(7)).gives(7).pods(0),
            case(exchanged::call(7, "seven".to_owned()))
                .gives(("seven".to_owned(), 7, true))
                .pods(0),
            case(calls_of_what_has_no_nodes::call(2))
                .gives((3, 3))
                .pods(1),
        ],
    )
}
