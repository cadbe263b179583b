//! What generated code says of an entity: the types of what it takes and gives.

use super::EntityDescriptor;
use crate::graph::{TaskOutputs, TaskReturn};

/// The type that a macro puts beside a function: it stands for the task or workflow.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no task or workflow",
    note = "annotate the function with `#[task]` or `#[workflow]`"
)]
pub trait Entity: 'static {
    /// What a run gives.
    type Output: TaskOutputs;

    /// The description of the entity.
    fn descriptor() -> &'static EntityDescriptor;
}

/// A task as the macro declares it: what its function returns is checked here and nowhere else, so that a type that cannot
/// be returned is one mistake.
#[doc(hidden)]
pub trait DeclaredTask: 'static {
    /// What the function returns.
    type Return: TaskReturn;

    /// What a plain call of the function is, for eager tasks, which have no graph: a type of `__private::callee`.
    type Plain;

    /// The description of the task.
    fn descriptor() -> &'static EntityDescriptor;
}

impl<T: DeclaredTask> Entity for T {
    type Output = <T::Return as TaskReturn>::Outputs;

    fn descriptor() -> &'static EntityDescriptor {
        T::descriptor()
    }
}

/// An entity that can be mocked: whatever the macros annotate.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be mocked",
    note = "name a task, workflow, launch plan or reference, as in `mock::<square>(|x| x)`"
)]
pub trait Mockable: Entity {
    /// The inputs, as generated code names them.
    #[doc(hidden)]
    type Slots;
}
