//! Where the current code runs: compiling a workflow, inside a task, or neither.
//!
//! A [`FlyteContext`] is immutable; entering a changed one and leaving it again is the business of the
//! [`FlyteContextManager`], whose stack belongs to the thread or to the async task that runs the code. What a task is told
//! about itself is in its [`ExecutionParameters`], or, in Flyte 2's words, in its [`TaskContext`].

mod compilation;
mod custom;
mod execution;
mod flyte_context;
mod manager;
mod parameters;
mod resolver;
mod scope;
mod signals;
mod stack;
mod task_context;

pub use compilation::CompilationState;
pub use custom::{custom_context, get_custom_context, group};
pub(crate) use execution::Attempt;
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
pub use stack::ContextGuard;
pub(crate) use stack::{look_at_current, with_current, within};
pub use task_context::{RawDataPathError, RunMode, TaskContext, ctx};

/// Gives access to the graph being built, if one is.
pub(crate) fn with_node_list<R>(with: impl FnOnce(Option<&mut crate::graph::NodeList>) -> R) -> R {
    // Cloned, so that user code called from `with` may use the context itself.
    let state =
        with_current(|context| context.and_then(|context| context.compilation_state().cloned()));
    match state {
        Some(state) => state.with_nodes(|list| with(Some(list))),
        None => with(None),
    }
}
