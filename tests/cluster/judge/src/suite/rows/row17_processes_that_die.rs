//! Processes that die: each is one failed attempt, and no other follows that `retries` does not allow.

use std::{fs, fs::OpenOptions, hint::black_box, io::Write as _, path::Path, process};

use flyte_runtime::prelude::*;

use crate::case::{Case, Kind, Seen, case, case_in, row};

/// Leaves a line for each attempt.
fn count(dir: &str) -> Result<(), std::io::Error> {
    let mut file = OpenOptions::new().create(true).append(true).open(Path::new(dir).join("attempts"))?;
    file.write_all(b"one\n")
}

#[task]
fn exits(dir: String, code: i32) -> Result<i64, std::io::Error> {
    count(&dir)?;
    process::exit(code)
}

#[task(retries = 1)]
fn aborts_each_time(dir: String) -> Result<i64, std::io::Error> {
    count(&dir)?;
    process::abort()
}

/// Errors of the task that are not marked end the node, and so does the end of the process.
#[task(retries = 3, retry_on = recoverable)]
fn is_killed(dir: String, signal: String) -> Result<i64, std::io::Error> {
    count(&dir)?;
    let script = format!("kill -{signal} {}", process::id());
    process::Command::new("sh").args(["-c", &script]).status()?;
    Ok(0)
}

#[task]
fn overflows_once(dir: String, depth: u64) -> Result<u64, std::io::Error> {
    count(&dir)?;
    Ok(deeper(depth))
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
fn with_a_retry(dir: String) -> i64 {
    square(aborts_each_time(dir))
}

#[workflow]
fn by_a_signal(dir: String, signal: String) -> i64 {
    is_killed(dir, signal)
}

#[workflow]
fn without_a_stack(dir: String, depth: u64) -> u64 {
    overflows_once(dir, depth)
}

#[dynamic]
fn dies_while_building(dir: String) -> i64 {
    (exits_with_four)(&dir);
    square(1)
}

fn exits_with_four(dir: &str) {
    if count(dir).is_ok() {
        process::exit(4);
    }
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

/// On either side so many attempts began.
fn began(seen: &Seen, attempts: usize) -> Result<(), String> {
    for scratch in &seen.scratch {
        let file = scratch.join("attempts");
        let found = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        if found != "one\n".repeat(attempts) {
            return Err(format!("{} has {found:?}, and {attempts} were to begin", file.display()));
        }
    }
    Ok(())
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    row(
        17,
        [
            case_in(|dir| in_a_chain::call(dir.display().to_string(), 3))
                .fails(Kind::Died, "3 and has left neither outputs nor an error")
                .isolated()
                .check(|seen| began(seen, 1)),
            case_in(|dir| in_a_chain::call(dir.display().to_string(), 0))
                .fails(Kind::Died, "exit ")
                .with("as if it went well")
                .isolated()
                .check(|seen| began(seen, 1)),
            case_in(|dir| with_a_retry::call(dir.display().to_string()))
                .fails(Kind::Died, "signal 6")
                .isolated()
                .check(|seen| began(seen, 2)),
            case_in(|dir| by_a_signal::call(dir.display().to_string(), "KILL".to_owned()))
                .fails(Kind::Died, "signal 9 (SIGKILL: it was killed, often by the system's out-of-memory killer)")
                .isolated()
                .check(|seen| began(seen, 1)),
            case_in(|dir| without_a_stack::call(dir.display().to_string(), 1))
                .fails(Kind::Died, "signal 6")
                .isolated()
                .check(|seen| began(seen, 1)),
            case_in(|dir| dies_while_building::call(dir.display().to_string()))
                .fails(Kind::Died, "")
                .isolated()
                .check(|seen| began(seen, 1)),
            case(of_elements::call(vec![0, 1])).fails(Kind::Died, "").isolated(),
            case(in_an_arm::call(1, 2)).fails(Kind::Died, "").isolated(),
            case(in_an_arm::call(1, 1)).gives(1).with("else"),
            case(goes_on::call(4)).gives(16).isolated(),
            case(built::call(vec![1, 2])).gives(vec![1, 4]).isolated(),
        ],
    )
}
