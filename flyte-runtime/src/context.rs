//! Where the current code runs: compiling a workflow, inside a task, or neither.
//!
//! A [`FlyteContext`] is immutable; entering a changed one and leaving it again is the business of the
//! [`FlyteContextManager`], whose stack belongs to the thread or to the async task that runs the code. What a task is told
//! about itself is in its [`ExecutionParameters`], or, in Flyte 2's words, in its [`TaskContext`].

pub use flyte_context::context::{
    BranchEvalMode, ContextGuard, ExecutionParameters, ExecutionParametersBuilder, ExecutionState,
    ExecutionStateError, FlyteClient, FlyteContext, FlyteContextBuilder, FlyteContextManager, Mode,
    NoCheckpointError, PopContextError, RawDataPathError, RunMode, Scope, SignalHandlerError,
    TaskContext, UnknownAttributeError, WorkerQueue, contextual_run, ctx, current_context,
    custom_context, get_custom_context, group, spawn, spawn_blocking, thread,
};
pub use flyte_core::{
    graph::{
        compilation::CompilationState,
        entity::{LoadTaskError, TaskResolver},
    },
    registry::resolver::DefaultTaskResolver,
};
