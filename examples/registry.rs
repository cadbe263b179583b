//! The registry: all tasks and workflows of a program by name, or a set of them made by hand.
//!
//! ```console
//! $ cargo run --example registry
//! the program: registry.double, registry.plans.weekly, registry.square
//! `weekly` is the workflow registry.plans.weekly: Doubles and squares.
//! no task, workflow or launch plan is named `wekly`; did you mean `registry.plans.weekly`?
//! made by hand: registry.square
//! weekly(3) = {"o0":36}
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::error::Error;

use flyte_runtime::{
    Registry, Runner,
    cli::{Cli, Exit},
    graph::EntityDescriptor,
    prelude::*,
};

#[task]
fn double(x: i64) -> i64 {
    x * 2
}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

mod plans {
    use super::*;

    /// Doubles and squares.
    #[workflow]
    pub(super) fn weekly(x: i64) -> i64 {
        square(double(x))
    }
}

fn names<'e>(entities: impl Iterator<Item = &'e EntityDescriptor>) -> String {
    let names: Vec<_> = entities.map(EntityDescriptor::name).collect();
    names.join(", ")
}

fn main() -> Result<(), Box<dyn Error>> {
    // Annotated functions register themselves, also those of libraries that the program mentions: `use my_tasks as _;`.
    println!("the program: {}", names(Registry::of_program().entities()));

    // The last parts of a name are enough, as long as they mean one thing.
    let weekly = Registry::of_program().find("weekly")?;
    println!(
        "`weekly` is the {} {}: {}",
        weekly.kind(),
        weekly.name(),
        weekly.summary()
    );
    if let Err(unknown) = Registry::of_program().find("wekly") {
        println!("{unknown}");
    }

    // A registry made by hand holds what it was given. It is the only kind without the feature `inventory`.
    let registry = Registry::builder().with::<square>().build()?;
    println!("made by hand: {}", names(registry.entities()));
    assert!(registry.find("double").is_err());

    // A command line over a registry, inside of a program. Inputs and outputs of entities known by name are JSON.
    let registry = Registry::builder().with::<plans::weekly>().build()?;
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let args = ["registry", "run", "--json", "weekly", "--x", "3"];
    let exit = Cli::new(&registry).run(args, &mut stdout, &mut stderr);
    assert_eq!(exit, Exit::Success);
    println!("weekly(3) = {}", String::from_utf8(stdout)?.trim_end());

    // The same from values.
    let inputs = plans::weekly::call(3).inputs().to_vec();
    let outputs = Runner::local().run_values(weekly, inputs)?;
    assert_eq!(outputs[0].downcast_ref::<i64>(), Some(&36));
    Ok(())
}
