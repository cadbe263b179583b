//! What generated code calls for tasks that are not functions of this program.

use crate::process;
use flyte_core::{
    error::BoxError,
    graph::entity::{Entity, TaskInputs},
    types::Value,
};

/// Runs one.
///
/// # Errors
///
/// When it fails, or does not write its outputs.
pub fn run<E: Entity>(inputs: &mut TaskInputs, outputs: &mut Vec<Value>) -> Result<(), BoxError> {
    process::run(E::descriptor(), inputs, outputs)
}
