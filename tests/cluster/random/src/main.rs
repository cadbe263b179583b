//! Workflows made at random, which Flyte 1's own compiler and engine judge.

mod build;
mod dynamic;
mod generate;
mod program;
mod random;
mod source;
mod types;
mod verdicts;
mod vocabulary;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    match args.next().as_deref() {
        Some("random") => verdicts::main(args),
        _ => flyte_runtime::main(),
    }
}
