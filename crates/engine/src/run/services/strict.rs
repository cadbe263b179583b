//! The checks of strict runs: values are converted to literals and back, and graphs built by dynamic tasks are checked.

use super::Services;
use crate::error::FailureCause;
use flyte_check::check::{Check, Finding, Refused};
use flyte_core::{
    error::BoxError,
    graph::{
        Graph,
        entity::{EntityDescriptor, Input, TaskInputs},
    },
    types::{TypeError, TypeInfo, Value},
};

/// A value cannot enter or leave a task as it would on a cluster.
#[derive(Debug, thiserror::Error)]
#[error(
    "{what} `{name}` cannot leave the process: {error}; a strict run sends every value through its literal, as a cluster does"
)]
struct StrictError {
    what: &'static str,
    name: String,
    error: TypeError,
}

impl Services {
    /// Whether values are converted to literals and back.
    pub(crate) fn is_strict(&self) -> bool {
        self.asked().is_some_and(|asked| asked.strict)
    }

    /// Runs a task. If the run is strict, its inputs and outputs are converted to literals and back.
    #[cold]
    pub(crate) fn check(
        &self,
        entity: &EntityDescriptor,
        inputs: &mut TaskInputs,
        outputs: &mut Vec<Value>,
        task: impl Fn(&mut TaskInputs, &mut Vec<Value>) -> Result<(), BoxError>,
    ) -> Result<(), BoxError> {
        self.check_inputs(entity, inputs)?;
        task(inputs, outputs)?;
        self.check_outputs(entity, outputs)
    }

    /// Checks a graph that a dynamic task built as a cluster does, if the run asks for it.
    pub(crate) fn ask_rules(&self, graph: &Graph) -> Result<(), FailureCause> {
        if !self.asked().is_some_and(|asked| asked.asks_rules) {
            return Ok(());
        }
        let findings = Check::new().built(graph);
        match findings.iter().any(Finding::is_error) {
            true => Err(FailureCause::error(Refused { findings })),
            false => Ok(()),
        }
    }

    /// Converts inputs to literals and back if the run is strict.
    pub(crate) fn check_inputs(
        &self,
        entity: &EntityDescriptor,
        inputs: &mut TaskInputs,
    ) -> Result<(), BoxError> {
        if !self.is_strict() {
            return Ok(());
        }
        for (input, value) in entity.inputs().iter().zip(&mut inputs.values) {
            if let Input::Present(value) = value {
                through_literal(input.info, value).map_err(|error| StrictError {
                    what: "input",
                    name: input.name.to_owned(),
                    error,
                })?;
            }
        }
        Ok(())
    }

    /// Converts outputs to literals and back if the run is strict.
    pub(crate) fn check_outputs(
        &self,
        entity: &EntityDescriptor,
        outputs: &mut [Value],
    ) -> Result<(), BoxError> {
        if !self.is_strict() {
            return Ok(());
        }
        for (output, value) in entity.outputs().iter().zip(outputs) {
            through_literal(output.info, value).map_err(|error| StrictError {
                what: "output",
                name: output.name.to_owned(),
                error,
            })?;
        }
        Ok(())
    }
}

fn through_literal(info: TypeInfo, value: &mut Value) -> Result<(), TypeError> {
    *value = info.from_literal(info.to_literal(value)?)?;
    Ok(())
}
