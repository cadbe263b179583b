//! The declaration of an entity in generated code: its input and output types.

use std::sync::Arc;

use super::{EntityDescriptor, InputDescriptor};
use crate::{
    graph::{BindingData, CompileError, Graph, TaskOutputs, TaskReturn, generated::named::Named},
    types::Value,
};

/// The type that a macro puts beside a function and that stands for the task or workflow.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a task or workflow",
    note = "annotate the function with `#[task]` or `#[workflow]`"
)]
pub trait Entity: Sized + 'static {
    /// The output of a run.
    type Output: TaskOutputs;

    /// The inputs, as types of `__private::declare`.
    #[doc(hidden)]
    type Slots;

    /// The inputs in parameter order, as a constant.
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
    /// When the workflow cannot be compiled; the error lists everything that is wrong.
    fn graph() -> Result<Arc<Graph>, CompileError> {
        let graph = Self::descriptor().graph()?;
        Self::descriptor().circle().map_or(Ok(graph), Err)
    }
}

/// A task as the macro declares it. The return type of its function is checked only here, so that a type that cannot be
/// returned is one error.
#[doc(hidden)]
pub trait DeclaredTask: Sized + 'static {
    /// The return type of the function.
    type Return: TaskReturn;

    /// As [`Entity::Slots`].
    type Slots;

    /// The kind of a plain call of the function, for eager tasks, which have no graph: a type of `__private::callee`.
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
