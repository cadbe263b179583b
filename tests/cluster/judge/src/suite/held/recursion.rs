//! Tasks that call themselves, six deep and more.

use flyte_runtime::prelude::*;

use crate::case::{Case, Kind, case, held};

#[echo_task]
fn same(x: i64) -> i64;

#[task]
fn times(a: i64, b: i64) -> i64 {
    a * b
}

#[dynamic]
fn factorial(n: i64) -> i64 {
    if n <= 1 {
        same(1)
    } else {
        times(n, factorial(n - 1))
    }
}

/// Two tasks that call each other.
#[dynamic]
fn is_even(n: u32) -> bool {
    if n == 0 { is(true) } else { is_odd(n - 1) }
}

#[dynamic]
fn is_odd(n: u32) -> bool {
    if n == 0 { is(false) } else { is_even(n - 1) }
}

#[echo_task]
fn is(so: bool) -> bool;

/// The halves of a list are sorted side by side.
#[dynamic]
fn sorted(words: Vec<String>) -> Vec<String> {
    match words.split_at(words.len() / 2) {
        ([], _) => unchanged(words),
        (left, right) => {
            let (left, right) = (sorted(left.to_vec()), sorted(right.to_vec()));
            merged(left, right)
        }
    }
}

#[echo_task]
fn unchanged(words: Vec<String>) -> Vec<String>;

#[task]
fn merged(left: Vec<String>, right: Vec<String>) -> Vec<String> {
    let mut all = [left, right].concat();
    all.sort();
    all
}

/// Workflows in between.
#[workflow]
fn one_more(depth: i64, path: Vec<String>) -> (i64, Vec<String>) {
    let (depth, path) = goes_down(depth, path);
    (same(depth), path)
}

#[dynamic]
fn goes_down(depth: i64, path: Vec<String>) -> (i64, Vec<String>) {
    match depth {
        0 => (same(0), unchanged(path)),
        _ => {
            let mut path = path;
            path.push(depth.to_string());
            one_more(depth - 1, path)
        }
    }
}

/// It fails at the bottom.
#[dynamic]
fn fails_below(depth: i64, text: String) -> String {
    match depth {
        0 => refused(text),
        _ => fails_below(depth - 1, format!("{text}{depth}")),
    }
}

#[task]
fn refused(text: String) -> Result<String, String> {
    Err(format!("{text} is refused"))
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    held(
        "recursion",
        [
            case(factorial::call(6)).gives(720).pods(11),
            case(is_even::call(6)).gives(true).pods(7),
            case(sorted::call(words("d b c a")))
                .gives(words("a b c d"))
                .pods(10),
            case(one_more::call(6, Vec::new()))
                .gives((0, words("6 5 4 3 2 1")))
                .pods(7),
            case(fails_below::call(6, String::new()))
                .fails(Kind::Task, "654321 is refused")
                .pods(8),
        ],
    )
}
