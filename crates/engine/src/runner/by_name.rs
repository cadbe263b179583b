//! Calls of entities that are known only at run time.

use crate::{
    Runner,
    error::{InputError, RunError},
};
use flyte_core::{
    graph::{ImperativeWorkflow, TaskOutputs, entity::EntityDescriptor},
    types::{FlyteType, TypeError, Value},
};

/// A call of an entity that is known only at run time, with inputs by name.
///
/// ```
/// use flyte_runtime::{CallByName, Registry, prelude::*};
///
/// #[task(name = "docs.add")]
/// fn add(a: i64, #[default(10)] b: i64) -> i64 {
///     a + b
/// }
///
/// let entity = Registry::of_program().find("docs.add")?;
/// let sum: i64 = CallByName::new(entity).input("a", 1_i64).run()?;
/// assert_eq!(sum, 11);
/// let error = CallByName::new(entity).input("c", 1_i64).run::<i64>().unwrap_err();
/// assert_eq!(error.to_string(), "input `c` of `docs.add`: there is no such input");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a call does nothing before `run`"]
pub struct CallByName {
    entity: &'static EntityDescriptor,
    inputs: Vec<Option<Value>>,
    /// The first unknown input name.
    unknown: Option<String>,
}

impl CallByName {
    /// A call without inputs.
    pub fn new(entity: &'static EntityDescriptor) -> Self {
        Self {
            entity,
            inputs: vec![None; entity.inputs().len()],
            unknown: None,
        }
    }

    /// Sets an input. If it is set twice, the later value counts.
    pub fn input<T: FlyteType>(mut self, name: &str, value: T) -> Self {
        let mut inputs = self.entity.inputs().iter();
        match inputs.position(|input| input.name == name) {
            Some(position) => self.inputs[position] = Some(Value::new(value)),
            None => {
                self.unknown.get_or_insert_with(|| name.to_owned());
            }
        }
        self
    }

    /// Runs the call here with the default runner, and waits for the result.
    ///
    /// # Errors
    ///
    /// If an input does not exist, is missing or has another type, if the outputs are not those of `O`, if the workflow
    /// cannot be compiled, or if a task fails.
    pub fn run<O: TaskOutputs>(self) -> Result<O, RunError> {
        self.run_with::<O>(&Runner::local())
    }

    /// As [`run`](Self::run), with the given runner.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_with<O: TaskOutputs>(self, runner: &Runner) -> Result<O, RunError> {
        let entity = self.entity;
        let wrong = |name: &str, reason| RunError::Input {
            entity: entity.name().to_owned(),
            name: name.to_owned(),
            reason,
        };
        if let Some(name) = self.unknown {
            return Err(wrong(&name, InputError::Unknown));
        }
        let declared: Vec<_> = entity.outputs().iter().map(|output| output.info).collect();
        let asked: Vec<_> = O::variables().iter().map(|output| output.info).collect();
        if declared != asked {
            return Err(RunError::Outputs {
                entity: entity.name().to_owned(),
                error: TypeError::mismatch(format!("{declared:?}"), format!("{asked:?}")),
            });
        }
        let mut values = Vec::with_capacity(self.inputs.len());
        for (input, given) in entity.inputs().iter().zip(self.inputs) {
            let value = given.or_else(|| input.missing().map(|constant| constant.value));
            values.push(value.ok_or_else(|| wrong(input.name, InputError::Missing))?);
        }
        let values = runner.run_values(entity, values)?;
        O::from_values(values).ok_or(RunError::Internal(
            "the outputs do not have the declared types",
        ))
    }
}

/// Calls of workflows built in code, for [`ImperativeWorkflow`]. The prelude contains it.
pub trait CallWorkflow {
    /// A call whose inputs are set by name.
    fn call(self) -> CallByName;
}

impl CallWorkflow for ImperativeWorkflow {
    fn call(self) -> CallByName {
        CallByName::new(self.descriptor())
    }
}
