//! Inputs given by name: in a workflow's body, and from ordinary code with `call!`.
//!
//! ```console
//! $ cargo run --example named_arguments
//! by position: linear, 10 epochs at 0.1 on 3 rows
//! by name: deep, 3 epochs at 0.1 on 3 rows
//! an input called `run`: run 7
//! the workflow: deep, 25 epochs at 0.01 on 2 rows
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use flyte_runtime::prelude::*;

/// Trains a model, and gives what it was told.
#[task]
fn train(
    data: &[f64],
    #[default("linear")] model: &str,
    #[default(10)] epochs: u32,
    #[default(0.1)] rate: f64,
) -> String {
    format!("{model}, {epochs} epochs at {rate} on {} rows", data.len())
}

/// An input may have any name, also that of a method of the task's type, such as `run`.
#[task]
fn label(run: u32) -> String {
    format!("run {run}")
}

// ANCHOR: experiment
/// In a body, `name = value` gives an input by name. All of a call's inputs are named, or none is.
#[workflow]
fn experiment(data: Vec<f64>, #[default(0.01)] rate: f64) -> String {
    train(data = data, rate = rate, model = "deep", epochs = 25)
}
// ANCHOR_END: experiment

// ANCHOR: main
fn main() -> Result<(), RunError> {
    let data = [1.0, 2.0, 3.0];
    let all = train::run(&data, "linear", 10, 0.1)?;
    println!("by position: {all}");

    // A required input that is left out is a compile error, and so is a name that does not exist.
    let some = call!(train(epochs = 3, model = "deep", data = data.to_vec()));
    println!("by name: {}", some.run()?);

    println!("an input called `run`: {}", call!(label(run = 7)).run()?);

    let of_workflow = call!(experiment(data = vec![1.0, 2.0])).run()?;
    println!("the workflow: {of_workflow}");
    Ok(())
}
// ANCHOR_END: main
