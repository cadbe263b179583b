//! Tasks and workflows that the Python modules beside these files declare, too, under the same names; and, in
//! `only_in_rust`, what Python cannot declare.
//!
//! `tests/oracle/run workflows` serialises both and compares.

mod bindings;
mod branches;
mod calls;
mod dynamic;
mod dynamic_jobs;
mod eager;
mod failure;
mod gates;
mod imperative;
mod launch_plans;
mod maps;
mod only_in_rust;
mod options;
mod order;
mod outputs;
mod overrides;
mod parts;
mod policies;
mod processes;
mod references;
mod structs;
mod sub_workflows;
mod values;

use std::{
    error::Error,
    io::{stderr, stdout},
    process::ExitCode,
};

use flyte_runtime::{Registry, cli::Cli, compat::FlyteEntities};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let entities = FlyteEntities::entities().chain(imperative::workflows()?);
    let registry = entities.fold(Registry::builder(), |builder, entity| {
        builder.with_descriptor(entity)
    });
    let exit = Cli::new(&registry.build()?).run(std::env::args_os(), &mut stdout(), &mut stderr());
    Ok(exit.into())
}
