//! Failures: what happens to the rest of a workflow when a task fails, and who cleans up.
//!
//! By default the workflow fails at once: nothing else is started.
//!
//! ```console
//! $ cargo run --example failure_handling -- run strict
//! error: task `failure_handling.load` failed (node n0 of `failure_handling.strict`): `broken` cannot be read
//!   with: source = "broken"
//!   task at examples/failure_handling.rs:[..]
//! 2 nodes did not run
//! ```
//!
//! With another policy, what does not need the failed node still runs:
//!
//! ```console
//! $ cargo run --example failure_handling -- run --jobs 1 patient
//! stored 5 bytes
//! error: task `failure_handling.load` failed (node n0 of `failure_handling.patient`): `broken` cannot be read
//!   with: source = "broken"
//!   task at examples/failure_handling.rs:[..]
//! 1 node did not run
//! ```
//!
//! A failure handler runs once, with the workflow's inputs, after everything else, and is told of the failure if it has
//! a parameter `err`. The failure stays a failure:
//!
//! ```console
//! $ cargo run --example failure_handling -- run tidy --source broken
//! removed what was made of broken, since n0 failed:
//! task `failure_handling.load` failed (node n0 of `failure_handling.tidy`): `broken` cannot be read
//! ...
//! error: task `failure_handling.load` failed (node n0 of `failure_handling.tidy`): `broken` cannot be read
//! ...
//! $ cargo run --example failure_handling -- run tidy --source other
//! stored 5 bytes
//! 5
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::fmt;

use flyte_runtime::{prelude::*, types::FlyteError};

// ANCHOR: CannotRead
/// Any error type will do: the program that started the run finds it again behind `RunError::source`.
#[derive(Debug)]
struct CannotRead {
    source: String,
}
// ANCHOR_END: CannotRead

impl fmt::Display for CannotRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be read", self.source)
    }
}

impl std::error::Error for CannotRead {}

// ANCHOR: load
#[task]
fn load(source: String) -> Result<String, CannotRead> {
    if source == "broken" {
        Err(CannotRead { source })
    } else {
        Ok(source)
    }
}
// ANCHOR_END: load

#[task]
fn store(data: &str) -> usize {
    println!("stored {} bytes", data.len());
    data.len()
}

// ANCHOR: remove
/// `err` is not an input of the workflow: it says which node failed, and why.
#[task]
fn remove(source: &str, err: FlyteError) {
    let node = &err.failed_node_id;
    println!("removed what was made of {source}, since {node} failed:\n{err}");
}
// ANCHOR_END: remove

// ANCHOR: strict
/// One of the two chains is broken, and the other does not finish either.
#[workflow]
fn strict() -> usize {
    let first = store(load("broken"));
    let second = store("other");
    first >> second;
    second
}
// ANCHOR_END: strict

// ANCHOR: patient
/// One of the two chains is broken, and the other finishes.
#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn patient() -> (usize, usize) {
    (store(load("broken")), store(load("other")))
}
// ANCHOR_END: patient

// ANCHOR: tidy
/// Stores a source, and cleans up if that fails. The handler takes every input of the workflow, by name.
#[workflow(on_failure = remove)]
fn tidy(source: String) -> usize {
    store(load(source))
}
// ANCHOR_END: tidy

fn main() -> ExitCode {
    flyte_runtime::main()
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    #[test]
    fn the_task_s_own_error_is_found_again() {
        let error = tidy("broken".to_owned()).expect_err("it is broken");
        let mut source = error.source();
        while let Some(cause) = source.filter(|cause| !cause.is::<CannotRead>()) {
            source = cause.source();
        }
        assert!(source.is_some());
    }
}
