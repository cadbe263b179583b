//! Contexts: the state of running code, the parameters of a task, and how threads and futures inherit them.

mod attempt;
mod attempt_log;
mod current;
mod custom;
mod decks;
mod execution;
mod files;
mod flyte_context;
mod manager;
mod parameters;
mod scope;
mod signals;
mod task_context;

pub use attempt::{Attempt, AttemptOf, AttemptSource, TakesLines};
pub use attempt_log::AttemptLog;
pub use current::{ContextGuard, look_at_current, with_current};
pub use custom::{custom_context, get_custom_context, group};
pub use execution::{BranchEvalMode, ExecutionState, ExecutionStateError, Mode};
pub use flyte_context::{FlyteClient, FlyteContext, FlyteContextBuilder, WorkerQueue};
pub use manager::{FlyteContextManager, PopContextError};
pub use parameters::{
    ExecutionParameters, ExecutionParametersBuilder, NoCheckpointError, UnknownAttributeError,
    current_context,
};
pub use scope::{Scope, contextual_run, spawn, spawn_blocking, thread};
pub use signals::{SignalHandlerError, instead_of_the_end};
pub use task_context::{RawDataPathError, RunMode, TaskContext, ctx};
