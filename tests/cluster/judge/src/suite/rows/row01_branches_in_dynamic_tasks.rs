//! A dynamic task with a branch whose arm is not exactly one call.

use flyte_runtime::prelude::*;

use crate::case::{Case, Kind, case, row};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[dynamic]
fn two_calls_in_an_arm(n: i64) -> i64 {
    if square(n) > 10 {
        square(add(n, 1))
    } else {
        square(n)
    }
}

/// The graph has as many branches as the list has elements.
#[dynamic]
fn a_branch_for_each(xs: Vec<i64>) -> Vec<i64> {
    let mut found = Vec::new();
    for x in xs {
        let y = square(x);
        found.push(if y > 10 { add(square(y), x) } else { add(y, 1) });
    }
    found
}

#[dynamic]
fn in_one_another(n: i64, level: String) -> i64 {
    let m = square(n);
    match add(m, 0) {
        1 => {
            let a = add(m, 1);
            if a == 2 { add(square(a), n) } else { square(a) }
        }
        4 => fail("four is refused"),
        _ => {
            if level == "high" {
                let b = square(m);
                add(b, b)
            } else {
                add(m, n)
            }
        }
    }
}

#[workflow]
fn as_a_node(n: i64) -> (i64, Vec<i64>) {
    let first = two_calls_in_an_arm(n);
    (square(first), a_branch_for_each(vec![first, n, add(n, n)]))
}

#[workflow]
fn chosen(n: i64) -> i64 {
    if n > 3 {
        let found = in_one_another(n, "high");
        add(found, 1)
    } else {
        in_one_another(n, "low")
    }
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    row(
        1,
        [
            case(two_calls_in_an_arm::call(4)).gives(25).with("then"),
            case(two_calls_in_an_arm::call(2)).gives(4).with("else"),
            case(a_branch_for_each::call(vec![1, 2, 5, 9])).gives(vec![2, 5, 630, 6570]),
            case(in_one_another::call(1, "low".to_owned())).gives(5),
            case(in_one_another::call(3, "high".to_owned()))
                .gives(162)
                .with("nested"),
            case(in_one_another::call(2, "high".to_owned()))
                .fails(Kind::Branch, "four is refused")
                .with("fail"),
            case(as_a_node::call(4)).gives((625, vec![390_650, 260, 4_104])),
            case(chosen::call(4)).gives(513).with("then"),
            case(chosen::call(1)).gives(5).with("else"),
        ],
    )
}
