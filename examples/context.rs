//! Context: what a task is told about itself, what it is told by those around it, and a directory to work in.
//!
//! ```console
//! $ cargo run --example context
//! context.about: attempt 0, tenant acme
//! context.about: attempt 0, tenant nobody
//! sorted with a file: [1, 2, 3]
//! as a plain function: not in a task
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::{fs, io};

use flyte_runtime::{
    context::{custom_context, get_custom_context},
    prelude::*,
};

// ANCHOR: about
/// Tells what it knows of itself, and for whom it runs.
#[task]
fn about() -> String {
    let Some(me) = ctx() else {
        return "not in a task".into();
    };
    let custom = get_custom_context();
    let tenant = custom.get("tenant").map_or("nobody", String::as_str);
    let (name, attempt) = (me.task_id().name(), me.attempt_number());
    format!("{name}: attempt {attempt}, tenant {tenant}")
}
// ANCHOR_END: about

// ANCHOR: sort
/// Each attempt has a directory of its own. It is made when it is asked for, and removed with the run.
#[task]
fn sort(numbers: &[i64]) -> io::Result<Vec<i64>> {
    let me = ctx().ok_or_else(|| io::Error::other("the directory is a task's"))?;
    let file = me.working_directory()?.join("numbers");
    let lines: Vec<String> = numbers.iter().map(i64::to_string).collect();
    fs::write(&file, lines.join("\n"))?;

    let text = fs::read_to_string(&file)?;
    let mut sorted: Vec<i64> = text.lines().flat_map(str::parse).collect();
    sorted.sort_unstable();
    Ok(sorted)
}
// ANCHOR_END: sort

#[workflow]
fn report() -> String {
    about()
}

fn main() -> Result<(), RunError> {
    // What is said here, every task hears that is started before the guard is dropped, however deep.
    let for_acme = custom_context([("tenant", "acme")]);
    println!("{}", report()?);
    drop(for_acme);
    println!("{}", report()?);

    println!("sorted with a file: {:?}", sort::run(&[3, 1, 2])?);
    println!("as a plain function: {}", about());
    Ok(())
}
