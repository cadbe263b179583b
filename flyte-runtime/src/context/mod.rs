//! Where the current code runs: compiling a workflow, inside a task, or neither.
//!
//! A [`FlyteContext`] is immutable; entering a changed one and leaving it again is the business of the
//! [`FlyteContextManager`], whose stack belongs to the thread or to the async task that runs the code. What a task is told
//! about itself is in its [`ExecutionParameters`], or, in Flyte 2's words, in its [`TaskContext`].

mod attempt;
mod compilation;
mod current;
mod custom;
mod directory;
mod execution;
mod flyte_context;
mod manager;
mod parameters;
mod resolver;
mod scope;
mod signals;
mod task_context;

pub(crate) use attempt::{Attempt, AttemptOf, AttemptSource};
pub use compilation::CompilationState;
pub(crate) use compilation::{Building, with_node_list};
pub use current::ContextGuard;
pub(crate) use current::{look_at_current, with_current};
pub use custom::{custom_context, get_custom_context, group};
pub(crate) use directory::{Left, RunDirectory, Sandbox};
pub use execution::{BranchEvalMode, ExecutionState, ExecutionStateError, Mode};
pub use flyte_context::{FlyteClient, FlyteContext, FlyteContextBuilder, WorkerQueue};
pub use manager::{FlyteContextManager, PopContextError};
pub(crate) use parameters::CHECKPOINT;
pub use parameters::{
    ExecutionParameters, ExecutionParametersBuilder, NoCheckpointError, UnknownAttributeError,
    current_context,
};
pub use resolver::{DefaultTaskResolver, LoadTaskError, TaskResolver};
pub use scope::{Scope, contextual_run, spawn, spawn_blocking, thread};
pub use signals::SignalHandlerError;
#[cfg(feature = "cli")]
pub(crate) use signals::instead_of_the_end;
pub use task_context::{RawDataPathError, RunMode, TaskContext, ctx};
