//! Where the current code runs: compiling a workflow, inside a task, or neither.

mod compilation;
mod execution;
mod flyte_context;
mod manager;

pub use compilation::CompilationState;
pub use execution::{ExecutionState, Mode};
pub use flyte_context::{FlyteContext, FlyteContextBuilder};
pub use manager::{ContextGuard, FlyteContextManager};
pub(crate) use manager::{Scoped, with_current, with_node_list};
