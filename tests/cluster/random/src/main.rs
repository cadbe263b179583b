//! Workflows made at random, which Flyte 1's own compiler and engine judge.

mod agreement;
mod build;
mod command;
mod compiler;
mod dynamic;
mod ends;
mod generate;
mod options;
mod program;
mod random;
mod reasons;
mod runs;
mod source;
mod subject;
mod types;
mod vocabulary;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    match args.next().as_deref() {
        Some("random") => command::main(args),
        _ => flyte_runtime::main(),
    }
}
