//! Measures one subject, and prints a line of JSON for each row of the table: `flyte-bench measure SUBJECT`.
//!
//! With other arguments it is an ordinary program with tasks, which isolated attempts start.

mod controls;
mod graph_crates;
mod measure;
mod ours;
mod programs;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["measure", "ours"] => ours::measure(),
        ["measure", "controls"] => controls::measure(),
        ["measure", "crates"] => graph_crates::measure(),
        ["measure", ..] => {
            eprintln!("the subjects are `ours`, `controls` and `crates`");
            return ExitCode::FAILURE;
        }
        // What a process costs that does nothing.
        ["nothing"] => {}
        _ => return flyte_runtime::main(),
    }
    ExitCode::SUCCESS
}
