//! A typed invocation as data.

use std::{fmt, marker::PhantomData, sync::Arc};

use super::{EntityDescriptor, InputDescriptor};
use crate::{
    __private::named::Named,
    engine::{Runner, Start},
    error::RunError,
    graph::{BindingData, CompileError, Graph, TaskOutputs, TaskReturn},
    types::Value,
};

/// The type that a macro puts beside a function: it stands for the task or workflow.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no task or workflow",
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

    /// The names of the inputs, which are fields of the type.
    #[doc(hidden)]
    const NAMES: Self;

    #[doc(hidden)]
    fn __names() -> Self {
        Self::NAMES
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
        Self::descriptor().graph()
    }
}

/// A task as the macro declares it: what its function returns is checked here and nowhere else, so that a type that cannot
/// be returned is one mistake.
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

    /// As [`Entity::NAMES`].
    const NAMES: Self;

    /// The description of the task.
    fn descriptor() -> &'static EntityDescriptor;
}

impl<T: DeclaredTask> Entity for T {
    type Output = <T::Return as TaskReturn>::Outputs;
    type Slots = T::Slots;

    const INPUTS: &'static [InputDescriptor] = T::INPUTS;
    const NAMES: Self = T::NAMES;

    fn descriptor() -> &'static EntityDescriptor {
        T::descriptor()
    }
}

/// A task or workflow together with its inputs: what to run, not yet running.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn square(x: i64) -> i64 {
///     x * x
/// }
///
/// let call = square::call(7);
/// assert_eq!(Runner::local().jobs(2).run(&call)?, 49);
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
pub struct Call<E> {
    inputs: Vec<Value>,
    entity: PhantomData<fn() -> E>,
}

impl<E> Clone for Call<E> {
    fn clone(&self) -> Self {
        Self {
            inputs: self.inputs.clone(),
            entity: PhantomData,
        }
    }
}

impl<E: Entity> Call<E> {
    /// A call with inputs in declaration order; generated code checks their types.
    #[doc(hidden)]
    pub fn new(inputs: Vec<Value>) -> Self {
        Self {
            inputs,
            entity: PhantomData,
        }
    }

    /// The inputs in declaration order.
    pub fn inputs(&self) -> &[Value] {
        &self.inputs
    }

    pub(crate) fn into_inputs(self) -> Vec<Value> {
        self.inputs
    }

    /// Runs it here with the default runner and waits for the result.
    ///
    /// # Errors
    ///
    /// When the workflow cannot be compiled or a task fails.
    pub fn run(self) -> Result<E::Output, RunError> {
        Runner::local().run_once(self)
    }

    /// Starts it here with the default runner; the future gives the result.
    pub fn start(self) -> Start<E::Output> {
        Runner::local().start(&self)
    }
}

/// Awaiting a call starts it: `square::call(x).await`, or several at once under `join!`.
///
/// This is how an `#[eager]` task calls others. Dropping the future cancels the call.
impl<E: Entity> IntoFuture for Call<E> {
    type Output = Result<E::Output, RunError>;
    type IntoFuture = Start<E::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.start()
    }
}

impl<E: Entity> fmt::Debug for Call<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entity = E::descriptor();
        write!(f, "{}(", entity.name())?;
        for (index, (input, value)) in entity.inputs().iter().zip(&self.inputs).enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(
                f,
                "{separator}{} = {}",
                input.name,
                input.info.preview(value)
            )?;
        }
        f.write_str(")")
    }
}
