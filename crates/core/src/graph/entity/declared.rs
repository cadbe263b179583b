//! What generated code says of an entity: the types of what it takes and gives.

use std::sync::Arc;

use super::{EntityDescriptor, InputDescriptor};
use crate::{
    graph::{BindingData, CompileError, Graph, TaskOutputs, TaskReturn, generated::named::Named},
    types::Value,
};

/// The type that a macro puts beside a function: it stands for the task or workflow.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a task or workflow",
    note = "annotate the function with `#[task]` or `#[workflow]`"
)]
pub trait Entity: Sized + 'static {
    /// What a run gives.
    type Output: TaskOutputs;

    /// The inputs, as types of `__private::declare`.
    #[doc(hidden)]
    type Slots;

    /// The inputs in the order of the parameters, while the program is compiled.
    #[doc(hidden)]
    const INPUTS: &'static [InputDescriptor];

    /// The names of the inputs, which are fields of the type, for [`name`](crate::graph::generated::named::name), which
    /// asks for the type of one.
    ///
    /// # Panics
    ///
    /// Always: nothing calls it.
    #[doc(hidden)]
    fn __names() -> Self {
        unreachable!("the names of inputs are types")
    }

    #[doc(hidden)]
    fn __node_builder() -> Named<Self, BindingData> {
        Named::new()
    }

    #[doc(hidden)]
    fn __call_builder() -> Named<Self, Value> {
        Named::new()
    }

    /// The description of the entity.
    fn descriptor() -> &'static EntityDescriptor;

    /// The compiled graph.
    ///
    /// # Errors
    ///
    /// When the workflow cannot be compiled, with everything that is wrong.
    fn graph() -> Result<Arc<Graph>, CompileError> {
        let graph = Self::descriptor().graph()?;
        Self::descriptor().circle().map_or(Ok(graph), Err)
    }
}

/// A task as the macro declares it: what its function returns is checked here and nowhere else, so that a type that
/// cannot be returned is one mistake.
#[doc(hidden)]
pub trait DeclaredTask: Sized + 'static {
    /// What the function returns.
    type Return: TaskReturn;

    /// As [`Entity::Slots`].
    type Slots;

    /// What a plain call of the function is, for eager tasks, which have no graph: a type of `__private::callee`.
    type Plain;

    /// As [`Entity::INPUTS`].
    const INPUTS: &'static [InputDescriptor];

    /// The description of the task.
    fn descriptor() -> &'static EntityDescriptor;
}

impl<T: DeclaredTask> Entity for T {
    type Output = <T::Return as TaskReturn>::Outputs;
    type Slots = T::Slots;

    const INPUTS: &'static [InputDescriptor] = T::INPUTS;

    fn descriptor() -> &'static EntityDescriptor {
        T::descriptor()
    }
}
