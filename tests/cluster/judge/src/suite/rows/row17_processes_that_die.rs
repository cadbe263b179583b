//! Processes that die: each is one failed attempt.

use std::{fs::OpenOptions, hint::black_box, io::Write as _, path::Path, process};

use flyte_runtime::{context::ctx, prelude::*};

use crate::case::{Case, Kind, case, case_in, row};

/// Leaves a line for each attempt.
#[task]
fn exits(dir: String, code: i32) -> Result<i64, std::io::Error> {
    let mut file = OpenOptions::new().create(true).append(true).open(Path::new(&dir).join("attempts"))?;
    file.write_all(b"one\n")?;
    drop(file);
    process::exit(code)
}

#[task]
fn aborts(x: i64) -> i64 {
    match x {
        0 => 0,
        _ => process::abort(),
    }
}

#[task]
fn overflows(depth: u64) -> u64 {
    deeper(depth)
}

#[expect(unconditional_recursion, reason = "it is what the case is about")]
fn deeper(depth: u64) -> u64 {
    let space = black_box([depth; 512]);
    deeper(depth + 1) + black_box(space[7])
}

#[task(retries = 2)]
fn dies_once(x: i64) -> i64 {
    match ctx().map_or(0, |context| context.attempt_number()) {
        0 => process::exit(9),
        _ => x,
    }
}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn in_a_chain(dir: String, code: i32) -> i64 {
    square(exits(dir, code))
}

#[workflow]
fn of_elements(xs: Vec<i64>) -> Vec<i64> {
    xs.map(aborts)
}

#[workflow]
fn in_an_arm(depth: u64, x: i64) -> u64 {
    if square(x) > 3 { overflows(depth) } else { depth }
}

#[workflow]
fn goes_on(x: i64) -> i64 {
    square(dies_once(x))
}

fn dies_first() {
    if ctx().is_some_and(|context| context.attempt_number() == 0) {
        process::abort();
    }
}

/// It dies before the graph is built.
#[dynamic(retries = 1)]
fn built(xs: Vec<i64>) -> Vec<i64> {
    (dies_first)();
    let mut all = Vec::new();
    for x in xs {
        all.push(square(x));
    }
    all
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    row(
        17,
        [
            case_in(|dir| in_a_chain::call(dir.display().to_string(), 3))
                .fails(Kind::Died, "")
                .isolated()
                .leaves("attempts", "one\n"),
            case(of_elements::call(vec![0, 1])).fails(Kind::Died, "").isolated(),
            case(in_an_arm::call(1, 2)).fails(Kind::Died, "").isolated(),
            case(in_an_arm::call(1, 1)).gives(1).with("else"),
            case(goes_on::call(4)).gives(16).isolated(),
            case(built::call(vec![1, 2])).gives(vec![1, 4]).isolated(),
        ],
    )
}
