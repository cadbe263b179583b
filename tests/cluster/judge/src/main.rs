//! Workflows that run here and on Flyte 1's own engine, and what compares how they end.
//!
//! The program is both: what the cluster starts in its pods, with the command line of every program with tasks, and
//! under the command `judge` the one that registers everything, runs it on either side and compares.
//! `tests/cluster/run` starts it; its README says how to add a case.

mod case;
mod examples;
mod judge;
mod suite;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() == Some("judge") {
        return judge::main(args);
    }
    flyte_runtime::main()
}
