//! The smallest program: one task, one workflow and the command line.
//!
//! ```text
//! cargo run --example hello -- run hello
//! cargo run --example hello -- run hello --name Ferris
//! ```

use flyte_runtime::prelude::*;

/// Greets a person.
#[task]
fn greet(name: String) -> String {
    format!("Hello, {name}!")
}

/// Greets the world, unless it is told whom to greet.
#[workflow]
fn hello(
    /// Who is greeted.
    #[default("world")]
    name: String,
) -> String {
    greet(name)
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
