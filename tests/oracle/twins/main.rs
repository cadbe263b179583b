//! Tasks and workflows that the Python modules beside these files declare, too, under the same names.
//!
//! `tests/oracle/run workflows` serialises both and compares.

mod bindings;
mod calls;
mod failure;
mod options;
mod order;
mod outputs;
mod overrides;
mod parts;
mod policies;
mod structs;
mod sub_workflows;

fn main() -> std::process::ExitCode {
    flyte_runtime::main()
}
