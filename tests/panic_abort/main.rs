//! Tasks that panic, in a program that is built with `panic = "abort"`. `run` builds it and looks at what it does.

use flyte_runtime::prelude::*;

/// Panics in every attempt.
#[task(retries = 1)]
fn panics() {
    panic!("here")
}

/// Panics in the first attempt.
#[task(retries = 1)]
fn panics_once() -> u32 {
    let attempt = ctx().map_or(0, |context| context.attempt_number());
    assert!(attempt > 0, "the first");
    attempt
}

/// Needs what a task gives that panics.
#[workflow]
fn goes_on() -> u32 {
    doubled(panics_once())
}

/// Does not panic.
#[task]
fn doubled(x: u32) -> u32 {
    x.saturating_mul(2)
}

/// Calls a task where the macro does not see it.
#[workflow]
fn hides(x: u32) -> u32 {
    doubled((doubled)((x_of)(x)))
}

/// Not a task.
fn x_of(_: Promise<u32>) -> u32 {
    1
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
